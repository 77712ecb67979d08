//! Every state from fixtures, live, for designers and for the matrix of accessibility tests.
