package community

// Languages that profiles, hubs, events and programmes can name (BCP 47). Pages exist in fewer.
var Languages = []string{"ar", "bn", "de", "el", "en", "es", "fa", "fr", "ha", "he", "hi", "id", "it", "ja", "ko", "ku", "nl", "pl",
	"ps", "pt", "ro", "ru", "so", "sv", "sw", "ta", "ti", "tr", "uk", "ur", "vi", "yo", "zh"}

// Countries in which a hub can be (ISO 3166-1, two letters).
var Countries = []string{"AE", "AR", "AT", "AU", "BD", "BE", "BR", "CA", "CH", "CL", "CN", "CO", "CZ", "DE", "DK", "DZ", "EC", "EG", "ES", "ET",
	"FI", "FR", "GB", "GH", "GR", "HU", "ID", "IE", "IL", "IN", "IT", "JO", "JP", "KE", "KR", "LB", "LK", "MA", "MX", "MY", "NG", "NL", "NO",
	"NP", "NZ", "PE", "PH", "PK", "PL", "PS", "PT", "RO", "RS", "RW", "SA", "SE", "SG", "SN", "TH", "TN", "TR", "TW", "TZ", "UA", "UG", "US",
	"UY", "VN", "ZA", "ZM"}
