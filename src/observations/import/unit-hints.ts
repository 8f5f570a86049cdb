import type { MappingInput } from './mapping.ts';

type Stream = MappingInput['datastreams'][number];
type Hint = { unit: NonNullable<Stream['unit']>; property?: Stream['observed_property'] };

const qudt = (name: string) => `http://qudt.org/vocab/unit/${name}`;
const kind = (name: string) => `http://qudt.org/vocab/quantitykind/${name}`;
const percent = { name: 'percent', symbol: '%', definition: qudt('PERCENT') };
const celsius = { name: 'degree Celsius', symbol: '°C', definition: qudt('DEG_C') };
const count = { name: 'count', symbol: '1', definition: qudt('NUM') };
const volt = { name: 'volt', symbol: 'V', definition: qudt('V') };

/** What names of columns suggest, the first that fits. Suggestions: a person looks at each before anything is stored. */
const hints: [pattern: RegExp, hint: Hint][] = [
  [
    /\brssi\b/,
    {
      unit: { name: 'decibel relative to a milliwatt', symbol: 'dBm', definition: qudt('DeciB_M') },
      property: { name: 'Signal strength', definition: kind('SignalStrength') },
    },
  ],
  [
    /\bl?snr\b/,
    {
      unit: { name: 'decibel', symbol: 'dB', definition: qudt('DeciB') },
      property: { name: 'Signal-to-noise ratio', definition: kind('DimensionlessRatio') },
    },
  ],
  [
    /°f|fahrenheit|temp(erature)? f\b/,
    {
      unit: { name: 'degree Fahrenheit', symbol: '°F', definition: qudt('DEG_F') },
      property: { name: 'Temperature', definition: kind('Temperature') },
    },
  ],
  [
    /°c|celsius|temp|\bt\b|grad/,
    { unit: celsius, property: { name: 'Temperature', definition: kind('Temperature') } },
  ],
  [
    /\brh\b|relative humidity|humid|humedad/,
    {
      unit: percent,
      property: {
        name: 'Relative humidity',
        definition: 'http://vocab.nerc.ac.uk/standard_name/relative_humidity/',
      },
    },
  ],
  [
    /cloud/,
    {
      unit: percent,
      property: {
        name: 'Cloud cover',
        definition: 'http://vocab.nerc.ac.uk/standard_name/cloud_area_fraction/',
      },
    },
  ],
  [/batt?.*(v|volt|life)|volt/, { unit: volt, property: { name: 'Voltage', definition: kind('Voltage') } }],
  [
    /\bbat(t|tery)?\b/,
    { unit: percent, property: { name: 'Battery charge', definition: kind('DimensionlessRatio') } },
  ],
  [
    /pm ?2[._]?5|pm ?10|µg|ug m/,
    {
      unit: { name: 'microgram per cubic meter', symbol: 'µg/m³', definition: qudt('MicroGM-PER-M3') },
      property: { name: 'Particulate matter', definition: kind('MassConcentration') },
    },
  ],
  [
    /\bco2\b/,
    {
      unit: { name: 'parts per million', symbol: 'ppm', definition: qudt('PPM') },
      property: { name: 'Carbon dioxide', definition: kind('MoleFraction') },
    },
  ],
  [
    /pressure|barom|hpa/,
    {
      unit: { name: 'hectopascal', symbol: 'hPa', definition: qudt('HectoPA') },
      property: { name: 'Air pressure', definition: kind('Pressure') },
    },
  ],
  [
    /turbid/,
    {
      unit: { name: 'nephelometric turbidity unit', symbol: 'NTU', definition: qudt('NTU') },
      property: { name: 'Turbidity', definition: kind('Turbidity') },
    },
  ],
  [
    /rain|precip|snow|lluvia/,
    {
      unit: { name: 'millimeter', symbol: 'mm', definition: qudt('MilliM') },
      property: {
        name: 'Rainfall',
        definition: 'http://vocab.nerc.ac.uk/standard_name/thickness_of_rainfall_amount/',
      },
    },
  ],
  [
    /noise|sound|\bdb\b|laeq/,
    {
      unit: { name: 'decibel', symbol: 'dB', definition: qudt('DeciB') },
      property: { name: 'Sound level', definition: kind('SoundPressureLevel') },
    },
  ],
  [
    /period|duration/,
    {
      unit: { name: 'second', symbol: 's', definition: qudt('SEC') },
      property: { name: 'Period', definition: kind('Period') },
    },
  ],
  [
    /speed|velocit/,
    {
      unit: { name: 'mile per hour', symbol: 'mph', definition: qudt('MI-PER-HR') },
      property: { name: 'Speed', definition: kind('Speed') },
    },
  ],
  [
    /height|depth|level|altura/,
    {
      unit: { name: 'meter', symbol: 'm', definition: qudt('M') },
      property: { name: 'Height', definition: kind('Height') },
    },
  ],
  [
    /count|volume|vehicle|car|bicycl|bike|cyclist|pedestr|total|number|people/,
    { unit: count, property: { name: 'Count', definition: kind('Count') } },
  ],
];

const notStated = { name: 'not stated', symbol: '', definition: 'urn:charter-oak:unit-not-stated' };

/** The unit and the observed property that a column's name suggests; where none does, the unit says that it is not stated. */
export function hintOf(column: string): Required<Hint> {
  const words = column
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/[_/().-]+/g, ' ')
    .trim();
  const hint = hints.find(([pattern]) => pattern.test(words))?.[1];
  return {
    unit: hint?.unit ?? notStated,
    property: {
      name: column,
      definition: hint?.property?.definition ?? `urn:charter-oak:column:${encodeURIComponent(column)}`,
      description: hint?.property?.name ?? '',
    },
  };
}
