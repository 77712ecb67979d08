//! Every page and state from fixtures.
