"""The inverse surrogates: from g(r) to the pair potential."""
