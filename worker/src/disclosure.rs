//! What the relay holds of one conversation (GDPR 15): each object names its values by `store.table.column`, several
//! rows in their order.

use std::collections::BTreeMap;

/// An object's answer to `disclose`. Binary values are base64url, empty columns are left out.
pub type Disclosed = BTreeMap<String, Vec<String>>;
