package store

// FileAddress lets the raw peer of the benchmarks open its file with the pragmas of the engine.
var FileAddress = fileAddress

// ReadersMax is how many connections read in the engine, and in its raw peer.
const ReadersMax = readersMax
