// A refusal is told with who asked for what, and stays until that works; everything else passes as it is.
import { expect, test } from 'vitest';
import { createStanding } from '../src/kafka/kafka-health.ts';

const refused = () =>
  Object.assign(new Error('Not authorized to access topics: [Topic authorization failed]'), {
    type: 'TOPIC_AUTHORIZATION_FAILED',
  });

test('what is not allowed is told by name, however deep the client buries it', () => {
  const standing = createStanding('oms-order');
  const several = Object.assign(new Error('several'), { errors: [new Error('tried', { cause: refused() })] });
  for (const error of [refused(), several])
    expect(standing.failed('write to order-events', error).message).toBe(
      'Kafka does not let oms-order write to order-events (Not authorized to access topics: [Topic authorization failed]). ' +
        'What each user must be allowed is in k8s/operators/users.yaml.',
    );
});

test('who is not let in hears which settings say who they are', () => {
  const wrong = Object.assign(new Error('invalid credentials'), { name: 'KafkaJSSASLAuthenticationError' });
  expect(createStanding('oms-order').failed('write to order-events', wrong).message).toBe(
    'Kafka does not let oms-order in (invalid credentials). KAFKA_USERNAME and KAFKA_PASSWORD must be those of a user that it knows.',
  );
});

test('any other error is the same error', () => {
  const error = new Error('Connection timeout');
  expect(createStanding(undefined).failed('read order-events', error)).toBe(error);
});

test('a refusal stays until the same thing works; an absence until anything does', () => {
  const standing = createStanding('oms-order');
  expect(standing.state()).toBe('not asked yet');
  standing.failed('write to order-events', new Error('Connection timeout'));
  expect(standing.state()).toBe('away');
  standing.failed('write to analytics-events', refused());
  expect(standing.state()).toBe('refused');
  standing.worked('look at order-events');
  expect(standing.state()).toBe('refused');
  standing.worked('write to analytics-events');
  expect(standing.state()).toBe('ok');
});
