/** The mark: a signature line under a check. Same drawing as public/favicon.svg. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="7" className="fill-primary" />
      <path d="M7 21.5h18" className="stroke-primary-foreground" strokeWidth="2.5" strokeLinecap="round" fill="none" />
      <path
        d="m9.5 13.5 4 4 9-9.5"
        className="stroke-primary-foreground"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
        fill="none"
      />
    </svg>
  );
}
