// What unwinds the code of a process that dies in the middle of it: nothing it does on its way out reaches anybody.

export class Killed extends Error {
  constructor(place: string) {
    super(`killed at ${place}`);
    this.name = 'Killed';
  }
}
