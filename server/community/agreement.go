package community

// AgreementID names one version of what a network or a hub agreed on.
type AgreementID string
