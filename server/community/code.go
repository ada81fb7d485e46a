package community

// NewCode makes a code for paper: 80 random bits in four groups of letters that do not look alike.
func NewCode() string { return formatCode(NewID[string]()) }

// CodeDigest is what is kept of a code. It reads the code as people type it.
func CodeDigest(code string) string { return hashCode(code) }
