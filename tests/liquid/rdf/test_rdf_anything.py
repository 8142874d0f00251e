"""Whatever is uploaded gives a g(r), or one sentence on what is wrong with it."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.rdf_samples import G, R, lammps, lammps_yaml, liquid_like, rows, vmd, votca, xvg

from surrogate_app.liquid.rdf.rdf import LENGTH_UNITS, RDF

settings.register_profile("same examples every time", derandomize=True, deadline=None)
settings.load_profile("same examples every time")

VALID = [
    text.encode()
    for text in (
        xvg(G[::9], liquid_like(R, 0.4)[::9], r=R[::9]),
        lammps([[G[::9]], [G[::9]], [G[::9]]], r=10 * R[::9], steps=[0, 100, 200]),
        lammps_yaml([[G], [G]]),
        vmd(R[::9], G[::9]),
        votca(R[::9], G[::9]),
        "r / nm;g(r);std\n" + rows(R[::9], G[::9], 0 * R[::9], separator=";").replace(".", ","),
        "r (Å),g(r)\n" + rows(10 * R[::9], G[::9], separator=","),
        rows(R[::9], G[::9]).replace("\n", "\r\n"),
        str([R[::9].tolist(), G[::9].tolist()]),
        rows(*np.stack([R, G], axis=1)),
    )
]
OPTIONS = st.fixed_dictionaries(
    {
        "length_unit": st.sampled_from([None, *LENGTH_UNITS, "parsec"]),
        "column": st.sampled_from([None, 0, 1, 7]),
        "sigma": st.sampled_from([None, 0.34, 0.0, 1e300, float("nan")]),
    }
)


def gives_an_rdf_or_one_sentence(data, **options):
    try:
        rdf = RDF.read(data, **options)
    except ValueError as refusal:
        message = str(refusal)
        assert type(refusal) is ValueError
        assert message
        assert message.isprintable()
        assert len(message) < 220
        text = data.decode("utf-8", "replace")
        assert not any(text[i : i + 61] in message for i in range(0, max(len(text) - 60, 0), 20))
        return
    assert np.all(np.isfinite(rdf.r))
    assert np.all(np.isfinite(rdf.g))
    assert np.all(np.diff(rdf.r) > 0.0)
    assert rdf.r[0] >= 0.0
    assert np.isfinite(rdf.tail.level)
    for sentence in (*rdf.assumptions, *rdf.warnings):
        assert sentence.isprintable()
        assert len(sentence) < 220
    assert 0 <= rdf.column < len(rdf.columns)


@st.composite
def mangled(draw):
    """A good file in which bytes and lines were deleted, doubled, swapped or replaced."""
    data = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 4))):
        by_line = draw(st.booleans())
        parts = data.split(b"\n") if by_line else [bytes([byte]) for byte in data]
        if not parts:
            break
        i, j = (draw(st.integers(0, len(parts) - 1)) for _ in range(2))
        action = draw(st.sampled_from(["delete", "double", "swap", "cut", "drop", "replace"]))
        if action == "delete":
            del parts[i]
        elif action == "double":
            parts.insert(j, parts[i])
        elif action == "swap":
            parts[i], parts[j] = parts[j], parts[i]
        elif action == "cut":
            del parts[i:]
        elif action == "drop":
            del parts[min(i, j) : max(i, j)]
        else:
            parts[i] = draw(
                st.sampled_from(
                    [
                        b"nan",
                        b"-",
                        b"1e999",
                        b"\xff",
                        b"&",
                        b"#",
                        b"@",
                        b";",
                        b",",
                        b"[",
                        b"]",
                        b'"',
                    ]
                )
            )
        data = (b"\n" if by_line else b"").join(parts)
    return data


@example(b'.001500 0.000000\r\n"\n0.055500 0', {})
@example(b"keywords: ['c_rdf[1]', 'c_rdf[2]', ]\ndata:", {})
@given(mangled(), OPTIONS)
@settings(max_examples=400)
def test_a_mangled_file_gives_an_rdf_or_one_sentence(data, options):
    gives_an_rdf_or_one_sentence(data, **options)


@given(st.binary(max_size=300), OPTIONS)
@settings(max_examples=300)
def test_random_bytes_give_one_sentence(data, options):
    gives_an_rdf_or_one_sentence(data, **options)


@given(st.text(alphabet="0123456789.,;eE+-#@&[]\"'/ iou\n\t_nanifÅσ", max_size=400), OPTIONS)
@settings(max_examples=300)
def test_random_text_gives_one_sentence(text, options):
    gives_an_rdf_or_one_sentence(text.encode(), **options)


ANY = st.floats() | st.integers(-(10**9), 10**9) | st.sampled_from([0, 1, 5e-324, 1e308, -0.0])


@given(st.lists(st.tuples(ANY, ANY, ANY), min_size=1, max_size=60), st.booleans(), OPTIONS)
@settings(max_examples=300)
def test_random_numbers_give_an_rdf_or_one_sentence(numbers, ordered, options):
    lines = sorted(numbers) if ordered else numbers
    text = "".join(" ".join(map(repr, row)) + "\n" for row in lines)
    gives_an_rdf_or_one_sentence(text.encode(), **options)


@given(
    st.lists(st.floats(0.0, 1e6), min_size=20, max_size=50, unique=True).map(sorted),
    st.data(),
    OPTIONS,
)
@settings(max_examples=300)
def test_any_increasing_distances_give_an_rdf_or_one_sentence(r, data, options):
    g = data.draw(st.lists(st.floats(0.0, 1e6), min_size=len(r), max_size=len(r)))
    text = "".join(f"{x!r} {y!r}\n" for x, y in zip(r, g, strict=True))
    gives_an_rdf_or_one_sentence(text.encode(), **options)
