"""The rules of a period, one module for each step, as scalar functions that every driver calls.

Order within a month: meet, vet, sign, commit, produce, settle, learn, decide, exit and entry. A driver owns the state
and the order; every number comes from here, from `economy` and from `foundation.draws`. Records are passed on as they
are: `settings` of a scenario, `row` of the solved stage game at SmallCo's runway, `cell` of a pair of levels (all of
`Prepared`); `w` and `g` are the `World` and the clauses of a contract.
"""
