//! Numbers of binary records, least byte first.

/// The number of two bytes at a place, if the data reach so far.
pub(super) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..)?.first_chunk::<2>().copied()?))
}

/// The number of four bytes at a place, if the data reach so far.
pub(super) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..)?.first_chunk::<4>().copied()?))
}
