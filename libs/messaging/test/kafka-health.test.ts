// A refusal names user and operation, and stays until that operation succeeds; any other error is passed on as it is.
import { expect, test } from 'vitest';
import { createKafkaHealth } from '../src/kafka/kafka-health.ts';

const refused = () =>
  Object.assign(new Error('Not authorized to access topics: [Topic authorization failed]'), {
    type: 'TOPIC_AUTHORIZATION_FAILED',
  });

test('a refused operation is named, however deep kafkajs wraps the error', () => {
  const health = createKafkaHealth('oms-order');
  const several = Object.assign(new Error('several'), { errors: [new Error('tried', { cause: refused() })] });
  for (const error of [refused(), several])
    expect(health.failed('write to order-events', error).message).toBe(
      'Kafka does not let oms-order write to order-events (Not authorized to access topics: [Topic authorization failed]). ' +
        'What each user must be allowed is in k8s/operators/users.yaml.',
    );
});

test('a refused login names the settings of the user', () => {
  const wrong = Object.assign(new Error('invalid credentials'), { name: 'KafkaJSSASLAuthenticationError' });
  expect(createKafkaHealth('oms-order').failed('write to order-events', wrong).message).toBe(
    'Kafka does not let oms-order in (invalid credentials). KAFKA_USERNAME and KAFKA_PASSWORD must be those of a user that it knows.',
  );
});

test('any other error is the same error', () => {
  const error = new Error('Connection timeout');
  expect(createKafkaHealth(undefined).failed('read order-events', error)).toBe(error);
});

test('a refusal stays until the same operation succeeds; an absence until any request does', () => {
  const health = createKafkaHealth('oms-order');
  expect(health.state()).toBe('not asked yet');
  health.failed('write to order-events', new Error('Connection timeout'));
  expect(health.state()).toBe('away');
  health.failed('write to analytics-events', refused());
  expect(health.state()).toBe('refused');
  health.succeeded('look at order-events');
  expect(health.state()).toBe('refused');
  health.succeeded('write to analytics-events');
  expect(health.state()).toBe('ok');
});
