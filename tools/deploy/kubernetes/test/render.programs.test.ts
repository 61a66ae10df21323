// Every release as Helm renders it equals the reviewed file, and a Kubernetes API server would accept it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../../database/migrate/databases.ts';
import { read } from '../../../repo/tidy/repository.ts';
import { releases } from '../chart.ts';
import { programOf } from '../programs.ts';
import { violationsOf, lint, render } from '../render.ts';

const rendered = (name: string) => join(root, 'k8s/rendered', `${name}.yaml`);
const allOptions = ['--values', join(import.meta.dirname, 'all-options.yaml')];
const firstTry = ['--values', join(root, 'k8s/first-try/values.yaml')];
const operators = ['--values', join(root, 'k8s/operators/values.yaml')];

const missing = await Promise.all([programOf('helm'), programOf('kubeconform')]).then(
  () => null,
  (error: Error) => error.message,
);
if (missing) {
  test('without Helm and kubeconform no chart is rendered, and that is reported', async ({ annotate }) => {
    await annotate(`The chart was not rendered: ${missing}.`, 'without');
  });
} else describe('the chart', theChart);

function theChart(): void {
  let helm: string;
  let kubeconform: string;
  beforeAll(async () => {
    [helm, kubeconform] = [await programOf('helm'), await programOf('kubeconform')];
  });

  describe.each([...releases])('%s', (service) => {
    test('is rendered as it was reviewed last', async () => {
      await expect(await render({ helm, service })).toMatchFileSnapshot(rendered(service));
    });

    test.each([
      ['alone', []],
      ['in a first try', firstTry],
      ['beside the operators', operators],
    ])('is what an API server takes, %s', async (_, more) => {
      expect(await lint({ helm, service, more })).toContain('0 chart(s) failed');
      expect(await violationsOf(kubeconform, await render({ helm, service, more }))).toEqual([]);
    });
  });

  test('with every option it is rendered as it was reviewed last, and taken', async () => {
    const byRequests = ['--set', 'autoscaling.requests.enabled=true'];
    const byLag = ['--set', 'autoscaling.lag.enabled=true'];
    const gateway = await render({ helm, service: 'gateway', more: [...allOptions, ...byRequests] });
    const notification = await render({ helm, service: 'notification', more: [...allOptions, ...byLag] });
    await expect(gateway).toMatchFileSnapshot(rendered('gateway-with-every-option'));
    await expect(notification).toMatchFileSnapshot(rendered('notification-with-every-option'));
    expect(await violationsOf(kubeconform, `${gateway}\n---\n${notification}`)).toEqual([]);
  });

  test.each(['first-try', 'operators'])('the manifests of %s are taken', async (folder) => {
    const files = readdirSync(join(root, 'k8s', folder)).filter((file) => !/^(kustomization|values)/.test(file));
    const all = files.map((file) => read(`k8s/${folder}/${file}`)).join('\n---\n');
    expect(await violationsOf(kubeconform, all)).toEqual([]);
  });

  test('a field that no API server knows is found', async () => {
    const manifests = await render({ helm, service: 'order' });
    expect(await violationsOf(kubeconform, manifests.replace('readinessProbe:', 'readyProbe:'))).not.toEqual([]);
  });

  test('a pod is on Kafka who it is called, and the Job that makes topics is another', async () => {
    const manifests = await render({ helm, service: 'inventory', more: operators });
    const at = (kind: string, name: string) =>
      manifests.split('\n---\n').find((one) => one.includes(`kind: ${kind}\n`) && one.includes(`  name: ${name}\n`)) ??
      '';
    expect(at('ConfigMap', 'inventory')).toContain('KAFKA_USERNAME: oms-inventory');
    expect(at('Deployment', 'inventory')).toMatch(/name: KAFKA_PASSWORD\n.*\n.*\n +name: oms-inventory\n/);
    expect(at('Job', 'inventory-register')).toMatch(/name: KAFKA_PASSWORD\n.*\n.*\n +name: oms-schemas\n/);
    for (const pod of [at('Deployment', 'inventory'), at('Job', 'inventory-register')])
      expect(pod).toContain('secretName: oms-cluster-ca-cert');
    expect(await render({ helm, service: 'gateway', more: operators })).not.toMatch(/kafka/i);
  });

  test.each([
    ['a value that there is not', 'replica=3', /replica/],
    ['an address that is none', 'issuer.url=id.example.com', /issuer\.url|\/issuer\/url/],
    ['two autoscalers', 'autoscaling.requests.enabled=true,autoscaling.lag.enabled=true', /Choose one/],
    [
      'more pods than partitions',
      'autoscaling.lag.enabled=true,autoscaling.lag.max=7',
      /a pod beyond the 6 partitions/,
    ],
    ['an Ingress of no name', 'ingress.enabled=true', /host/],
  ])('%s is refused', async (_, set, words) => {
    await expect(render({ helm, service: 'analytics', more: ['--set', set] })).rejects.toThrow(words);
  });

  test('lag does not scale what reads no topic', async () => {
    const more = ['--set', 'autoscaling.lag.enabled=true'];
    await expect(render({ helm, service: 'gateway', more })).rejects.toThrow(/gateway reads no topic/);
  });
}
