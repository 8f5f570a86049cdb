import {
  AttributionControl,
  type GeoJSONSource,
  LngLatBounds,
  Marker as MapMarker,
  Map as MapView,
  NavigationControl,
  Popup,
  type StyleSpecification,
  setWorkerUrl,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import outlinesUrl from 'us-atlas/counties-10m.json?url';

/** Loaded only in the browser, when the map comes into view. Without its worker MapLibre draws no data. */
setWorkerUrl(workerUrl);

export type Marker = {
  sensor: string;
  name: string;
  at: [number, number];
  fresh: boolean;
  /** The lines of its label: status, latest reading. */
  label: string[];
};

export type SensorMap = { choose(sensors: ReadonlySet<string>): void; remove(): void };

/** Draws the markers over the configured style, or over outlines of counties and states that come with the program. */
export async function drawMap(
  target: HTMLElement,
  input: {
    markers: Marker[];
    places: { name: string; at: [number, number] }[];
    chosen: ReadonlySet<string>;
    style: string | null;
    words: {
      outlines: string;
      zoomIn: string;
      zoomOut: string;
      map: string;
      scroll: string;
      fingers: string;
    };
    onToggle(sensor: string): void;
  },
): Promise<SensorMap> {
  const bounds = new LngLatBounds();
  for (const marker of input.markers) bounds.extend(marker.at);
  const map = new MapView({
    container: target,
    style: input.style ?? (await outlineStyle(input.words.outlines)),
    bounds: bounds.isEmpty() ? [-73.8, 40.9, -72.8, 41.8] : bounds,
    fitBoundsOptions: { padding: 48, maxZoom: 13, animate: false },
    // One finger scrolls the page, two move the map.
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: false,
    fadeDuration: 0,
    maxZoom: 18,
    locale: {
      'NavigationControl.ZoomIn': input.words.zoomIn,
      'NavigationControl.ZoomOut': input.words.zoomOut,
      'Map.Title': input.words.map,
      'CooperativeGesturesHandler.WindowsHelpText': input.words.scroll,
      'CooperativeGesturesHandler.MacHelpText': input.words.scroll.replace('Ctrl', '⌘'),
      'CooperativeGesturesHandler.MobileHelpText': input.words.fingers,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new AttributionControl({ compact: false }));
  await new Promise<void>((done) => map.once('load', () => done()));
  map.addSource('sensors', { type: 'geojson', data: asFeatures(input.markers, input.chosen) });
  addMarkerLayers(map);
  if (!input.style) for (const place of input.places) addPlaceName(map, place);
  followPointer(map, new Map(input.markers.map((marker) => [marker.sensor, marker])), input.onToggle);
  return {
    choose: (sensors) => {
      map.getSource<GeoJSONSource>('sensors')?.setData(asFeatures(input.markers, sensors));
    },
    remove: () => map.remove(),
  };
}

async function outlineStyle(attribution: string): Promise<StyleSpecification> {
  const answer = await fetch(outlinesUrl);
  if (!answer.ok) throw new Error(`the outlines could not be loaded (${answer.status})`);
  const atlas = (await answer.json()) as Topology<{
    counties: GeometryCollection;
    states: GeometryCollection;
  }>;
  return {
    version: 8,
    sources: {
      counties: { type: 'geojson', data: feature(atlas, atlas.objects.counties), attribution },
      states: { type: 'geojson', data: feature(atlas, atlas.objects.states) },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': '#d9e8f6' } },
      {
        id: 'land',
        type: 'fill',
        source: 'counties',
        paint: { 'fill-color': '#f7f9fa', 'fill-antialias': false },
      },
      {
        id: 'counties',
        type: 'line',
        source: 'counties',
        paint: { 'line-color': '#c6cace', 'line-width': 1 },
      },
      { id: 'states', type: 'line', source: 'states', paint: { 'line-color': '#71767a', 'line-width': 1.5 } },
    ],
  };
}

function asFeatures(markers: Marker[], chosen: ReadonlySet<string>): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: markers.map(({ sensor, at, fresh }) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: at },
      properties: { sensor, fresh, chosen: chosen.has(sensor) },
    })),
  };
}

/** As page text, for drawing it on the map would need a server of fonts. */
function addPlaceName(map: MapView, place: { name: string; at: [number, number] }): void {
  const element = document.createElement('span');
  element.className = 'map__place';
  element.textContent = place.name;
  new MapMarker({ element, anchor: 'bottom', offset: [0, -18] }).setLngLat(place.at).addTo(map);
  // The names stand in the page's own text; read one by one they would only be noise.
  element.setAttribute('aria-hidden', 'true');
  element.removeAttribute('tabindex');
  element.removeAttribute('role');
}

/** Reporting: a filled disk. No recent reading: a hollow ring. Chosen: a dark ring around either. */
function addMarkerLayers(map: MapView): void {
  map.addLayer({
    id: 'chosen',
    type: 'circle',
    source: 'sensors',
    filter: ['get', 'chosen'],
    paint: {
      'circle-radius': 13,
      'circle-color': '#ffbe2e',
      'circle-stroke-color': '#162e51',
      'circle-stroke-width': 2,
    },
  });
  map.addLayer({
    id: 'sensors',
    type: 'circle',
    source: 'sensors',
    paint: {
      'circle-radius': 7,
      'circle-color': ['case', ['get', 'fresh'], '#005ea2', '#ffffff'],
      'circle-stroke-color': ['case', ['get', 'fresh'], '#ffffff', '#b50909'],
      'circle-stroke-width': ['case', ['get', 'fresh'], 2, 3],
    },
  });
}

function followPointer(map: MapView, markers: Map<string, Marker>, onToggle: (sensor: string) => void): void {
  const popup = new Popup({ closeButton: false, closeOnClick: false, offset: 14, className: 'map-label' });
  const under = (event: { features?: { properties: Record<string, unknown> }[] }) =>
    markers.get(String(event.features?.[0]?.properties.sensor));
  map.on('mousemove', 'sensors', (event) => {
    const marker = under(event);
    if (!marker) return;
    map.getCanvas().style.cursor = 'pointer';
    popup.setLngLat(marker.at).setDOMContent(labelOf(marker)).addTo(map);
  });
  map.on('mouseleave', 'sensors', () => {
    map.getCanvas().style.cursor = '';
    popup.remove();
  });
  map.on('click', 'sensors', (event) => {
    const marker = under(event);
    if (!marker) return;
    onToggle(marker.sensor);
    popup.setLngLat(marker.at).setDOMContent(labelOf(marker)).addTo(map);
  });
}

function labelOf(marker: Marker): HTMLElement {
  const box = document.createElement('div');
  for (const [index, line] of [marker.name, ...marker.label].entries()) {
    const element = document.createElement(index === 0 ? 'strong' : 'div');
    element.textContent = line;
    box.append(element);
  }
  return box;
}
