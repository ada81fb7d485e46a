// Package frontend owns everything that people see: pages, words, styles and behaviours. It knows no other room of the
// house; whoever shows a page fills in its view and calls it.
//
// # The parts
//
//	frontend          assets: the stylesheet and the modules, with their addresses
//	frontend/i18n     sentences, numbers and dates in the language of the context
//	frontend/locales  the catalogues: <language>/<noun>.json
//	frontend/styles   the sheet in layers: tokens, reset, base, layout, components, print
//	frontend/behaviors  small ES modules, attached by data-behavior
//	frontend/quilt    the mark of each person, group and event
//	frontend/layout   Shell and Page: what surrounds every page
//	frontend/components  fields, buttons, cards, lists, notices, …
//	frontend/pages    one folder for each noun
//	frontend/htmlcheck  the auditor that every page must pass
//	frontend/gallery  every component once, for the eye and the auditor
//
// # How to add a page
//
//  1. Make the folder pages/<noun>/ with package <noun>. In view.go declare one struct for each page, holding only what
//     may be shown: what is not in the struct cannot leak. A view has plain fields and the structs of components.
//  2. Write the page in <page>.templ as templ Show(v ShowView). The server puts it into layout.Page with a Shell. It has
//     exactly one h1, and its first heading below is an h2.
//  3. Say everything with i18n.T, and put the words into locales/{en,fr,ar}/<noun>.json under "<noun>.…". Keys are
//     written out in the source; a key that is put together ends its literal part with "-" or ".", as in
//     T(ctx, "board.kind-"+kind). Tests find keys that are missing, unused, or differ between languages.
//  4. What members wrote gets dir="auto"; addresses they gave go through components.Link.
//  5. Run make templ, and commit the generated file.
//  6. Render it in a test, in all three languages, through htmlcheck.Page.
//
// Links and forms do the work. Scripts add comfort: name them in Shell.Modules. No style or script stands in a page: the
// content security policy refuses both. Forms are posted to the noun's own address and need no hidden token, because the
// server checks where each request comes from.
package frontend
