"""Language, sentences, tokens and names: nothing outside this package knows what a word is."""
