"""The condition language: a closed grammar, typed, with three truth values.

`parse` reads a text, `check_types` judges it against declared names, `compile_condition`
turns it into a closure over a `Situation`, `explain` says why it is not true, `cut_points`
cuts each fact into finitely many cases, `str_of` prints it. Imports only `ground`; what a
situation is (a running case, an abstract one) is left to those who call.
"""
