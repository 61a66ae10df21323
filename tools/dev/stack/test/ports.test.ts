// Ports: fixed, movable, never taken twice.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { developmentPorts, freePorts, refuseTakenPorts } from '../ports.ts';

test('each port is moved by its own variable', () => {
  const ports = developmentPorts({ OMS_PORT_POSTGRES: '6543', OMS_PORT_KAFKA_CONTROLLER: '6544', OMS_PORT_ORDER: '' });

  expect(ports).toMatchObject({ postgres: 6543, kafkaController: 6544, order: 3001, gateway: 3000 });
});

test('the management port of a service moves with it, unless it is moved itself', () => {
  expect(developmentPorts({})).toMatchObject({ gatewayManagement: 3100, notificationManagement: 3104 });
  const moved = { OMS_PORT_ORDER: '13001', OMS_PORT_INVENTORY: '13002', OMS_PORT_INVENTORY_MANAGEMENT: '9000' };
  expect(developmentPorts(moved)).toMatchObject({ orderManagement: 13_101, inventoryManagement: 9000 });
});

test('every wrong port is named at once', () => {
  expect(() => developmentPorts({ OMS_PORT_POSTGRES: 'x', OMS_PORT_KAFKA: '70000' })).toThrow(
    /OMS_PORT_KAFKA is "70000"[^]*OMS_PORT_POSTGRES is "x"/,
  );
});

test('two parts on one port are refused', () => {
  expect(() => developmentPorts({ OMS_PORT_SMTP: '9092' })).toThrow(
    'OMS_PORT_SMTP and OMS_PORT_KAFKA are both 9092: give each its own port.',
  );
});

test('free ports are free, and differ', async () => {
  const ports = await freePorts();

  expect(new Set(Object.values(ports)).size).toBe(Object.keys(ports).length);
  await refuseTakenPorts(ports);
});

test('a port in use is named with its holder and the remedy', async () => {
  const { kafka } = await freePorts();
  const holder = createServer().listen(kafka, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));

  const refusal = refuseTakenPorts({ kafka });

  await expect(refusal).rejects.toThrow(`Port ${kafka} (kafka) is in use by process ${process.pid} (`);
  await expect(refusal).rejects.toThrow(`OMS_PORT_KAFKA=${kafka + 10_000}`);
  holder.close();
});

test('several ports in use give one command that moves all of them, to ports that exist', async () => {
  const { kafka, registry } = await freePorts();
  const high = 64_000;
  const holders = [kafka, high].map((port) => createServer().listen(port, '127.0.0.1'));
  await Promise.all(holders.map((holder) => once(holder, 'listening')));

  const refusal = await refuseTakenPorts({ kafka, registry, posts: high }).catch(String);

  const command = /^ {2}(OMS_PORT_\w+=\d+ OMS_PORT_\w+=\d+) npm (run )?\w+$/m.exec(String(refusal))?.[1] ?? '';
  const moved = Object.fromEntries(command.split(' ').map((each) => each.split('=') as [string, string]));
  expect(Object.keys(moved).toSorted()).toEqual(['OMS_PORT_KAFKA', 'OMS_PORT_POSTS']);
  for (const port of Object.values(moved)) expect(Number(port)).toBeLessThanOrEqual(65_535);
  for (const holder of holders) holder.close();
});
