pub(crate) fn clean(_: &[u8]) -> Result<Vec<u8>, crate::Refused> {
    Err(crate::Refused::Unknown)
}
