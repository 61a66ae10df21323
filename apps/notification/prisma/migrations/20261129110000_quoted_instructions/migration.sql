-- The kitchen ticket quotes the instructions for the courier, line by line. A ticket that was changed by hand has its own text, and keeps it.
UPDATE notification_rules
SET body = replace(body, '<p>For the courier: {{ deliveryAddress.instructions }}</p>',
  '<p>For the courier:</p><blockquote>{{ deliveryAddress.instructions }}</blockquote>')
WHERE id = '5f0c1d52-0005-4a6e-9d0a-0d6f6e6f7405';
