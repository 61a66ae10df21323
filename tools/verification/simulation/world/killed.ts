// The error that unwinds the code of a killed process: nothing that it does on its way out has an effect.

export class Killed extends Error {
  constructor(place: string) {
    super(`killed at ${place}`);
    this.name = 'Killed';
  }
}
