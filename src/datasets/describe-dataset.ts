import { describeLicense } from './licenses.ts';
import type { DatasetPage, Measured } from './read-dataset.ts';
import type { Resource } from './resources.ts';

/** The dataset for search engines [https://schema.org/Dataset]. Says nothing that the data do not. */
export function describeDataset(
  dataset: DatasetPage,
  measured: Measured[],
  options: { pageUrl: string; resources: Resource[] },
): Record<string, unknown> {
  const { extent, office, place } = dataset;
  const license = dataset.license ? describeLicense(dataset.license).url : dataset.external?.licenseUrl;
  return {
    '@context': 'https://schema.org/',
    '@type': 'Dataset',
    name: dataset.title,
    description: dataset.description,
    url: options.pageUrl,
    identifier: dataset.slug,
    keywords: dataset.keywords,
    ...(dataset.external ? {} : { isAccessibleForFree: dataset.access === 'open' }),
    dateModified: dataset.modifiedAt,
    ...(dataset.external?.landingPage ? { sameAs: dataset.external.landingPage } : {}),
    ...(license ? { license } : {}),
    ...(dataset.external?.publisher
      ? { creator: { '@type': 'Organization', name: dataset.external.publisher } }
      : {}),
    ...(office && !dataset.external
      ? {
          creator: {
            '@type': 'GovernmentOrganization',
            name: `${office.name}, ${office.placeName}`,
          },
        }
      : {}),
    ...(place ? { spatialCoverage: { '@type': 'Place', name: `${place.name}, ${place.state}` } } : {}),
    ...(extent.firstAt && extent.lastAt ? { temporalCoverage: `${extent.firstAt}/${extent.lastAt}` } : {}),
    variableMeasured: measured.map((one) => ({
      '@type': 'PropertyValue',
      name: one.name,
      propertyID: one.definition,
      ...(one.unit ? { unitText: one.unit } : {}),
    })),
    ...(dataset.access === 'open'
      ? {
          // The same list as in every catalog; an API is no file.
          distribution: options.resources
            .filter(({ isFile }) => isFile)
            .map(({ name, mediaType, url, published }) => ({
              '@type': 'DataDownload',
              name,
              encodingFormat: mediaType,
              contentUrl: url,
              ...(published
                ? {
                    sha256: published.sha256,
                    contentSize: `${published.bytes} B`,
                    datePublished: published.madeAt,
                  }
                : {}),
            })),
        }
      : {}),
    ...(dataset.external
      ? {
          distribution: dataset.external.distributions.map(({ title, format, url }) => ({
            '@type': 'DataDownload',
            ...(title ? { name: title } : {}),
            ...(format ? { encodingFormat: format } : {}),
            contentUrl: url,
          })),
        }
      : {}),
  };
}
