-- The kitchen ticket shows the note of each line. A ticket that was changed by hand has its own text, and keeps it.
UPDATE notification_rules
SET body = replace(body, '<td>{{ line.itemName }}</td>',
  '<td>{{ line.itemName }}{% if line.note %}<br><em>{{ line.note }}</em>{% endif %}</td>')
WHERE id = '5f0c1d52-0005-4a6e-9d0a-0d6f6e6f7405' AND body LIKE '%<td>{{ line.itemName }}</td>%';
