import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wrongGeoJson } from './geojson.ts';

describe('GeoJSON', () => {
  test('of every type is taken, with members of its own', () => {
    const ring = [
      [-73, 41],
      [-73, 42],
      [-72, 41],
      [-73, 41],
    ];
    for (const good of [
      { type: 'Point', coordinates: [-73.45, 41.39, 12], bbox: [1] },
      { type: 'Polygon', coordinates: [ring] },
      { type: 'MultiPolygon', coordinates: [[ring]] },
      { type: 'GeometryCollection', geometries: [{ type: 'LineString', coordinates: ring }] },
      { type: 'Feature', geometry: { type: 'Point', coordinates: [180, -90] }, properties: { a: 1 } },
      { type: 'Feature', geometry: null },
    ])
      assert.equal(wrongGeoJson(good), undefined, JSON.stringify(good));
  });

  test('that no map can draw is refused with its place', () => {
    const faults = [
      { type: 'Point', coordinates: [41.39, -173.45] },
      { type: 'Point', coordinates: ['-73', '41'] },
      { type: 'Point', coordinates: [1] },
      { type: 'Feature', geometry: { type: 'Polygon', coordinates: [[[0, 0]]] } },
      { type: 'Feature', geometry: { type: 'Feature', geometry: null } },
      { type: 'Ponit', coordinates: [1, 2] },
      'POINT(1 2)',
    ].map((wrong) => wrongGeoJson(wrong));
    assert.deepEqual(
      faults.map((fault) => fault?.path.join('.')),
      ['coordinates', 'coordinates.0', 'coordinates', 'geometry.coordinates.0', 'geometry.type', 'type', ''],
    );
    assert.match(faults[0]?.message ?? '', /longitude comes first/);
    assert.match(faults[5]?.message ?? '', /type of GeoJSON/);
  });
});
