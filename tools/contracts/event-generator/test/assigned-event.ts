// The event that the tests of the generator create.

export const assigned = {
  topic: 'order-events',
  name: 'courier-assigned',
  aggregate: 'OrderId',
  doc: 'A courier took the order.',
  field: [
    'courierName:string Name of the courier, as it is shown.',
    'vehicle:BIKE|CAR What the courier comes with.',
    'fee:money What the courier is paid.',
    'stops:ItemId[] Where it stops before.',
    'leftAt:time? When it left, if it did.',
  ],
};
