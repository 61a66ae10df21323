{{/* What several files of the chart say in the same words. */}}

{{- define "oms.selector" -}}
app.kubernetes.io/part-of: oms
app.kubernetes.io/name: {{ .Values.service }}
app.kubernetes.io/component: service
{{- end }}

{{/* Of pods: what is the same from release to release, so that a new chart alone makes no new pods. */}}
{{- define "oms.jobSelector" -}}
app.kubernetes.io/part-of: oms
app.kubernetes.io/name: {{ .Values.service }}
app.kubernetes.io/component: job
{{- end }}

{{- define "oms.labels" -}}
{{ include "oms.about" . }}
app.kubernetes.io/component: service
{{- end }}

{{- define "oms.jobLabels" -}}
{{ include "oms.about" . }}
app.kubernetes.io/component: job
{{- end }}

{{- define "oms.about" -}}
app.kubernetes.io/part-of: oms
app.kubernetes.io/name: {{ .Values.service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "oms.image" -}}
{{- $name := printf "%s/%s" .Values.image.prefix .Values.service -}}
{{- if .Values.image.digest -}}
{{ $name }}@{{ .Values.image.digest }}
{{- else -}}
{{ $name }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* The environment that is no secret, as a map in YAML. */}}
{{- define "oms.config" -}}
{{- $env := dict "HOST" "0.0.0.0" "PORT" "3000" "ISSUER_URL" .Values.issuer.url "TOKEN_AUDIENCE" .Values.issuer.audience -}}
{{- range .Values.calls }}{{ $_ := set $env (printf "%s_URL" (upper .)) (printf "http://%s" .) }}{{ end -}}
{{- if empty .Values.calledBy -}}
{{- range .Values.calls }}{{ $_ := set $env (printf "%s_MANAGEMENT_URL" (upper .)) (printf "http://%s:3100" .) }}{{ end -}}
{{- end -}}
{{- if .Values.needs.messages -}}
{{- $_ := set $env "KAFKA_BROKERS" .Values.kafka.brokers -}}
{{- $_ := set $env "REGISTRY_URL" .Values.registry.url -}}
{{- if .Values.kafka.tls.enabled }}{{ $_ := set $env "KAFKA_TLS" "true" }}{{ end -}}
{{- if include "oms.kafkaCa" . }}{{ $_ := set $env "KAFKA_TLS_CA_FILE" (include "oms.kafkaCa" .) }}{{ end -}}
{{- with .Values.kafka.user.mechanism -}}
{{- $_ := set $env "KAFKA_SASL_MECHANISM" . -}}
{{- $_ := set $env "KAFKA_USERNAME" (include "oms.kafkaUser" $) -}}
{{- end -}}
{{- end -}}
{{- if .Values.needs.client }}{{ $_ := set $env "SERVICE_CLIENT_ID" .Values.service }}{{ end -}}
{{- range $name, $value := .Values.config }}{{ $_ := set $env $name (toString $value) }}{{ end -}}
{{ toYaml $env }}
{{- end }}

{{- define "oms.fromSecret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .from.secret }}
      key: {{ .from.key }}
      {{- if .from.optional }}
      optional: true
      {{- end }}
{{- end }}

{{- define "oms.databaseUrl" -}}
{{- $from := dict "secret" (.Values.database.url.secret | default (printf "%s-database-app" .Values.service)) "key" .Values.database.url.key -}}
{{ include "oms.fromSecret" (dict "name" "DATABASE_URL" "from" $from) }}
{{- if .Values.database.sessionUrl.secret }}
{{ include "oms.fromSecret" (dict "name" "DATABASE_SESSION_URL" "from" .Values.database.sessionUrl) }}
{{- end }}
{{- end }}

{{/* Where the authority of Kafka's brokers lies in a pod; empty when there is none of its own. */}}
{{- define "oms.kafkaCa" -}}
{{- if and .Values.needs.messages .Values.kafka.tls.enabled .Values.kafka.tls.ca.secret -}}
/etc/oms/kafka/{{ .Values.kafka.tls.ca.key }}
{{- end -}}
{{- end }}

{{- define "oms.kafkaUser" -}}
{{ .Values.kafka.user.name | default (printf "oms-%s" .Values.service) }}
{{- end }}

{{- define "oms.kafkaPassword" -}}
{{- $from := dict "secret" (.password.secret | default .user) "key" .password.key -}}
{{ include "oms.fromSecret" (dict "name" "KAFKA_PASSWORD" "from" $from) }}
{{- end }}

{{- define "oms.volumeMounts" -}}
{{- if include "oms.kafkaCa" . -}}
- { name: kafka-authority, mountPath: /etc/oms/kafka, readOnly: true }
{{ end -}}
{{- with .Values.extraVolumeMounts }}{{ toYaml . }}{{ end -}}
{{- end }}

{{- define "oms.volumes" -}}
{{- if include "oms.kafkaCa" . -}}
{{- $ca := .Values.kafka.tls.ca -}}
- { name: kafka-authority, secret: { secretName: {{ $ca.secret }}, items: [{ key: {{ $ca.key }}, path: {{ $ca.key }} }] } }
{{ end -}}
{{- with .Values.extraVolumes }}{{ toYaml . }}{{ end -}}
{{- end }}

{{- define "oms.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "oms.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* The way to one of the surroundings: `place` has `to` (peers, in which templates are read; none means anyone) and `ports`. */}}
{{- define "oms.egress" -}}
- ports:
    {{- range .place.ports }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
  {{- with .place.to }}
  to: {{- tpl (toYaml .) $.root | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "oms.dns" -}}
- ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
  {{- with .Values.networkPolicy.dns }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Another service, as a peer. */}}
{{- define "oms.peer" -}}
podSelector:
  matchLabels:
    app.kubernetes.io/part-of: oms
    app.kubernetes.io/name: {{ . }}
    app.kubernetes.io/component: service
{{- end }}
