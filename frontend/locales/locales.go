// Package locales holds the words of the interface: one folder for each language, one JSON file for each noun. A value
// is a sentence with blanks such as {name}, or an object of sentences by CLDR plural form of {n}. Package i18n reads it.
package locales

import "embed"

// Files has <language>/<noun>.json for every language of the interface.
//
//go:embed */*.json
var Files embed.FS
