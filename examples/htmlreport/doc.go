// Package htmlreport writes a self-contained HTML page: headline numbers,
// tables and charts, in one file that can be mailed, printed or kept.
//
// The page has no script and asks no other host for anything: the style is
// embedded and the charts are inline SVG. It follows the reader's light or dark
// setting, stays readable on a narrow screen and prints on paper. Charts carry a
// title and a description for screen readers. All text is escaped, so names and
// ids may hold anything, and the same data gives the same bytes on every run.
//
// The callers bring plain data; the package knows nothing of customers or
// models. Numbers that are not finite are drawn as gaps, never as broken paths,
// and a chart without data says so.
package htmlreport
