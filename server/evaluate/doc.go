// Package evaluate measures what the matching does: on an invented network of the size the product is made for, on a
// small market whose optimum is known, and on public data about what people really chose. It prints tables beside the
// figures of what one would use instead, each from the same run.
//
// Everything follows from a seed. The rankings are whole numbers and the same on every machine; figures that measure
// them, and the methods beside which they stand, are floating point and may differ in the last digits.
package evaluate
