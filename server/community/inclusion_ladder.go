package community

import "slices"

// ladder is the stages of one kind of table, and which of them lie within which. There are two kinds: of a hub, and of a
// programme that so many applied to that it has a report of its own.
type ladder struct {
	order  []FunnelStage // in which stages are published: those first that others are merged with
	within map[FunnelStage]FunnelStage
	also   map[FunnelStage][]FunnelStage // what else a stage holds, beside what follows from within
	first  FunnelStage                   // everybody of the table
	alone  string                        // a row that may have people in common with those who did not declare
	only   FunnelStage                   // at which alone is counted; empty for every stage

	// A whole falls into two parts. The second is shown only where the whole is and the first is not: three figures of which
	// two make the third would tell of a small group in most rows, and cost them all their figures.
	whole, part, rest FunnelStage

	pairs []pair // two stages of which one holds the other, by their places in order
	ties  []tie
}

// pair is two stages, the outer of which holds the inner one, by their places.
type pair struct{ outer, inner int }

// tie says that who is left between two stages of a pair is a stage itself.
type tie struct{ pair, stage int }

var hubLadder = (&ladder{
	order: []FunnelStage{StageJoined, StageAsked, StageReplied, StageShown, StageIntroduced, StageMet, StageCollaborated, StageStayed, StageSeat, StageWaited,
		StageAnswered, StageInTime, StageAtOnce, StageApplied, StageSelected},
	within: map[FunnelStage]FunnelStage{StageJoined: StageAsked, StageReplied: StageJoined, StageShown: StageJoined, StageIntroduced: StageJoined,
		StageMet: StageIntroduced, StageCollaborated: StageJoined, StageStayed: StageJoined, StageSeat: StageJoined, StageWaited: StageJoined,
		StageAnswered: StageWaited, StageInTime: StageAnswered, StageAtOnce: StageInTime, StageSelected: StageApplied},
	first: StageJoined, alone: RowSponsored, only: StageSeat,
}).ready()

// Those who fell below the floor are mostly few. So what is offered lies within the list for the question of what is shown, or
// three of them would hide everything that came after.
var programmeLadder = (&ladder{
	order: []FunnelStage{StageListed, StageSent, StageRanked, StageOffered, StageInLine, StageSeated, StageRemained},
	within: map[FunnelStage]FunnelStage{StageListed: StageSent, StageRanked: StageListed, StageOffered: StageListed, StageInLine: StageListed,
		StageSeated: StageOffered, StageRemained: StageSeated},
	also:  map[FunnelStage][]FunnelStage{StageRanked: {StageOffered, StageInLine, StageSeated, StageRemained}},
	first: StageSent, alone: RowAssisted,
	whole: StageRanked, part: StageOffered, rest: StageInLine,
}).ready()

// ready finds the pairs and ties.
func (l *ladder) ready() *ladder {
	place := map[FunnelStage]int{}
	for i, stage := range l.order {
		place[stage] = i
	}
	for o, outer := range l.order {
		for i, inner := range l.order {
			if !l.holds(outer, inner) {
				continue
			}
			switch {
			case outer == l.whole && inner == l.part:
				l.ties = append(l.ties, tie{len(l.pairs), place[l.rest]})
			case outer == l.whole && inner == l.rest:
				l.ties = append(l.ties, tie{len(l.pairs), place[l.part]})
			}
			l.pairs = append(l.pairs, pair{o, i})
		}
	}
	return l
}

// holds tells whether everybody of the inner stage is in the outer one.
func (l *ladder) holds(outer, inner FunnelStage) bool {
	if slices.Contains(l.also[outer], inner) {
		return true
	}
	for stage, ok := l.within[inner]; ok; stage, ok = l.within[stage] {
		if stage == outer {
			return true
		}
	}
	return false
}

// shownApart decides by how many people there are, and by nothing that anybody declared, how each stage is shown.
func (l *ladder) shownApart(k int, everyone counts) map[FunnelStage]CellState {
	open := map[FunnelStage]CellState{}
	for _, stage := range l.order {
		open[stage] = l.howShown(k, stage, everyone, open)
	}
	return open
}

// howShown looks at the stages that were decided before. Two stages of the same people may both be shown: they say the same.
func (l *ladder) howShown(k int, stage FunnelStage, everyone counts, open map[FunnelStage]CellState) CellState {
	if everyone[stage] < 2*k {
		return CellSmall
	}
	if outer, inside := l.within[stage]; inside && open[outer] == CellMerged { // what lies in it would tell of it
		return CellMerged
	}
	if stage == l.rest && (open[l.whole] != CellShown || open[l.part] == CellShown) {
		return CellMerged
	}
	for other, state := range open {
		if gap := between(everyone[other], everyone[stage]); state == CellShown && gap > 0 && gap < k && (l.holds(other, stage) || l.holds(stage, other)) {
			return CellMerged
		}
	}
	return CellShown
}

// rows are the groups in their order, then those who did not declare. Who would rather not say is in no row: so the rows never
// add up to all who declared.
func (l *ladder) rows() []string {
	var rows []string
	for _, g := range Groups {
		if g != RatherNotSay {
			rows = append(rows, string(g))
		}
	}
	return append(rows, RowNotDeclared, l.alone)
}

// counts tells whether a row is counted at a stage.
func (l *ladder) counts(row string, stage FunnelStage) bool {
	return row != l.alone || l.only == "" || l.only == stage
}
