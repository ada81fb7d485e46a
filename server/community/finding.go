package community

// Index names what can be found. Each kind has an index of its own, and a page with the same name.
type Index string

const (
	IndexPeople      Index = "people"
	IndexEnterprises Index = "enterprises"
	IndexEvents      Index = "events"
	IndexProgrammes  Index = "programmes"
	IndexBoard       Index = "board"
	IndexHubs        Index = "hubs"
)

// Indexes in the order in which one search box shows what it found.
var Indexes = []Index{IndexPeople, IndexBoard, IndexEvents, IndexProgrammes, IndexEnterprises, IndexHubs}

// Facets that what is found can be narrowed by; each index has some of them.
const (
	FacetHub      = "hub"
	FacetSkill    = "skill"
	FacetCause    = "cause"
	FacetLanguage = "language"
	FacetKind     = "kind"
	FacetCountry  = "country"
)
