// given / when / then for pure decisions: (state, command) -> events.
import assert from 'node:assert/strict';

export type Decider<State, Command, Event> = {
  initial: State;
  evolve: (state: State, event: Event) => State;
  decide: (state: State, command: Command) => readonly Event[];
};

/**
 * `specify(decider).given(...events).when(command)` and then one of
 * - `.then(...events)`: exactly these events;
 * - `.thenOnce(...events)`: these, and the same command on the state that follows writes nothing or is refused;
 * - `.refuses(code)`: a Refusal with that code.
 */
export function specify<State, Command, Event>({ initial, evolve, decide }: Decider<State, Command, Event>) {
  const given = (...history: readonly Event[]) => {
    const state = history.reduce(evolve, initial);
    const when = (command: Command) => {
      const then = (...expected: readonly Event[]) => assert.deepEqual(decide(state, command), expected);
      const thenOnce = (...expected: readonly Event[]) => {
        then(...expected);
        assert.deepEqual(decideAgain(expected.reduce(evolve, state), command), [], 'decided twice, it wrote twice');
      };
      const refuses = (code: string) => assert.throws(() => decide(state, command), { code });
      return { then, thenOnce, refuses };
    };
    return { when };
  };
  return { given };

  function decideAgain(state: State, command: Command): readonly Event[] {
    try {
      return decide(state, command);
    } catch {
      return [];
    }
  }
}
