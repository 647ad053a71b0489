r"""A solved game as LaTeX tables for papers and slides: the bimatrix and the equilibria."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.foundation.errors import ParameterError
from simulator.interfaces.cli.profiles import action_names, money, profile
from simulator.interfaces.cli.tables import shown
from simulator.interfaces.figures.style import in_cells
from simulator.interfaces.replies import best_replies, pure_cells

if TYPE_CHECKING:
    from simulator.games.equilibrium import Equilibrium
    from simulator.games.solution import Solution

MOST_ACTIONS = 11
MOST_EQUILIBRIA = 40
LAST_OF_T1 = 0x17F
PUNCTUATION = "‘’‚“”„‹›–—…•†‡€™"
"""Beyond the Latin letters up to LAST_OF_T1, what LaTeX defines by itself."""
WIDE = 5
"""More columns than this are scaled to the width of the line."""

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
}


def escaped(text: str) -> str:
    r"""Return a text in which no character has a meaning to LaTeX.

    Examples
    --------
    >>> print(escaped("50% of R&D_x"))
    50\% of R\&D\_x
    """
    return "".join(_SPECIAL.get(letter, letter) for letter in " ".join(text.split()))


def latex_tables(solution: Solution) -> str:
    """Return two tables: the bimatrix, best replies underlined and equilibria boxed, and the equilibria.

    Raises
    ------
    ParameterError
        If the matrix is too large for a page.
    """
    m, n = solution.small_payoffs.shape
    if max(m, n) > MOST_ACTIONS:
        remedy = (
            "Write --set commitment.levels=[0, 0.5, 1], say."
            if solution.scenario.payoffs is None
            else "Leave out actions of the game."
        )
        raise ParameterError(
            f"--latex must have at most {MOST_ACTIONS} x {MOST_ACTIONS} cells; got {m} x {n}. {remedy}"
        )
    body = "\n".join([*_bimatrix(solution), "", *_equilibria(solution)]) + "\n"
    fonts = (
        [r"%   \usepackage{fontspec}, and a font that has the letters: compile with lualatex or xelatex"]
        if beyond_t1(body)
        else [r"%   \usepackage[T1]{fontenc}", r"%   \usepackage[utf8]{inputenc}"]
    )
    head = [
        "% Made by alliance solve --latex. Needs:",
        *fonts,
        r"%   \usepackage{booktabs}",
        r"%   \usepackage{graphicx}",
    ]
    return "\n".join([*head, body])


def beyond_t1(text: str) -> str:
    """Return the letters of a text that pdflatex does not know with T1 and utf8.

    Examples
    --------
    >>> beyond_t1("café, Škoda, α and β")
    'αβ'
    """
    return "".join(sorted({letter for letter in text if ord(letter) > LAST_OF_T1 and letter not in PUNCTUATION}))


def _caption(solution: Solution, what: str) -> list[str]:
    """Return caption and label of a table."""
    title = escaped(f"{solution.scenario.title or solution.scenario.name}, {solution.contract.name}")
    name = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in solution.scenario.name)
    kind = what.split(maxsplit=1)[0].lower().rstrip(".:")
    return [rf"  \caption{{{title}. {what}}}", rf"  \label{{tab:{name}-{kind}}}"]


def _bimatrix(solution: Solution) -> list[str]:
    """Return the table of payoffs."""
    a, b = solution.small_payoffs, solution.big_payoffs
    n = a.shape[1]
    written = in_cells([*a.ravel().tolist(), *b.ravel().tolist()])
    of_small, of_big = best_replies(solution)
    boxed = {(i, j) for i, j, _ in pure_cells(solution)}
    rows, columns = action_names(solution)

    def cell(i: int, j: int) -> str:
        values = []
        for payoff, best in ((float(a[i, j]), of_small[i, j]), (float(b[i, j]), of_big[i, j])):
            text = power(written(payoff))
            values.append(rf"\underline{{{text}}}" if best else text)
        inside = f"${values[0]},\\; {values[1]}$"
        return rf"\fbox{{{inside}}}" if (i, j) in boxed else inside

    body = [
        f"    {'SmallCo' if i == 0 else ''} & {escaped(name)} & {' & '.join(cell(i, j) for j in range(n))} \\\\"
        for i, name in enumerate(rows)
    ]
    return [
        r"\begin{table}",
        r"  \centering",
        r"  \setlength{\fboxsep}{2pt}",
        *([r"  \resizebox{\linewidth}{!}{%"] if n > WIDE else []),
        rf"  \begin{{tabular}}{{ll{'c' * n}}}",
        r"    \toprule",
        rf"    & & \multicolumn{{{n}}}{{c}}{{BigCo}} \\",
        rf"    \cmidrule(l){{3-{n + 2}}}",
        f"    & & {' & '.join(escaped(name) for name in columns)} \\\\",
        r"    \midrule",
        *body,
        r"    \bottomrule",
        r"  \end{tabular}" + ("}" if n > WIDE else ""),
        *_caption(solution, "Payoffs of SmallCo, BigCo. Best replies are underlined, pure equilibria boxed."),
        r"\end{table}",
    ]


def _equilibria(solution: Solution) -> list[str]:
    """Return the table of equilibria, the selected one first."""
    found = list(enumerate(solution.equilibria.equilibria))
    found.sort(key=lambda pair: pair[0] != solution.selected)
    body = [_row(solution, each, index == solution.selected) for index, each in found[:MOST_EQUILIBRIA]]
    more = len(found) - MOST_EQUILIBRIA
    known = "all" if solution.equilibria.complete else "those found"
    note = f"Equilibria ({known}{f'; {more} more not shown' if more > 0 else ''}); the selected one is starred."
    return [
        r"\begin{table}",
        r"  \centering",
        r"  \begin{tabular}{lllrrr}",
        r"    \toprule",
        r"    & SmallCo & BigCo & $u_S$ & $u_B$ & surplus \\",
        r"    \midrule",
        *body,
        r"    \bottomrule",
        r"  \end{tabular}",
        *_caption(solution, note),
        r"\end{table}",
    ]


def _row(solution: Solution, each: Equilibrium, selected: bool) -> str:
    """Return one line of the table of equilibria."""
    names = [escaped(text) for text in profile(solution, each)]
    numbers = [f"${power(shown(value))}$" for value in money(solution, *each.payoffs, sum(each.payoffs))]
    return " & ".join([r"    $\star$" if selected else "    ", *names, *numbers]) + r" \\"


def power(number: str) -> str:
    """Return a number for mathematical mode, a power of ten as such."""
    digits, _, power = number.partition("e")
    return rf"{digits} \times 10^{{{int(power)}}}" if power else digits
