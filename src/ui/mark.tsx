/** The mark: an acorn. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M6 13c0 8 5 13.5 10 16.500C21 26.500 26 21 26 13Z" fill="#c2850c" />
      <path d="M4 13c-1-5 4-9 10.600-9.300L15 1h2.500l.2 2.700C24 4 29 8 28 13Z" fill="#6b4f2a" />
      <path d="M4 13h24" stroke="#3d2b12" strokeWidth="1.600" />
    </svg>
  );
}
