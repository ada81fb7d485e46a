package community

import "context"

// fitting tells for each row whether reserved places are open to it. What it answers is used for the share and forgotten:
// it stands nowhere but in leaves that only the applicant can open.
func (n *Network) fitting(ctx context.Context, p *Programme, rows []Standing) (map[string]bool, error) {
	fits := map[string]bool{}
	if p.Reserved == 0 {
		return fits, nil
	}
	for _, r := range rows {
		fit, err := n.fits(ctx, p, r.Application)
		if err != nil {
			return nil, err
		}
		fits[r.Row] = fit
	}
	return fits, nil
}

// fits asks what the applicant declared in confidence, for the use that they agreed to.
func (n *Network) fits(context.Context, *Programme, ApplicationID) (bool, error) {
	return false, nil
}

// reservable checks for whom places are reserved.
func (n *Network) reservable(problems Problems, d *ProgrammeDraft) []string {
	if d.Reserved > 0 || len(d.ReservedFor) > 0 {
		problems["reserved"] = Problem{Say: "programmes.no-declarations"}
	}
	return nil
}
