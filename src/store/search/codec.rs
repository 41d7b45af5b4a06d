//! How numbers and lists stand in the index's blobs.

/// The bytes are not what was written. Without anything in it, so that reading a number costs next to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged;

/// Appends `n`, seven bits to a byte.
pub(super) fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Appends a number of either sign; small ones are short.
pub(super) fn put_signed(out: &mut Vec<u8>, n: i64) {
    put(out, (n.wrapping_shl(1) ^ (n >> 63)).cast_unsigned());
}

/// What is left of a blob that is being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The next number.
    #[inline]
    pub(super) fn number(&mut self) -> Result<u64, Damaged> {
        let (&first, rest) = self.0.split_first().ok_or(Damaged)?;
        self.0 = rest;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let mut n = u64::from(first & 0x7f);
        let mut shift = 7;
        loop {
            let (&byte, rest) = self.0.split_first().ok_or(Damaged)?;
            self.0 = rest;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
            shift += 7;
            if shift > 63 {
                return Err(Damaged);
            }
        }
    }

    #[inline]
    pub(super) fn signed(&mut self) -> Result<i64, Damaged> {
        let n = self.number()?;
        Ok((n >> 1).cast_signed() ^ -((n & 1).cast_signed()))
    }

    /// The next number, which has 32 bits.
    #[inline]
    pub(super) fn small(&mut self) -> Result<u32, Damaged> {
        u32::try_from(self.number()?).map_err(|_| Damaged)
    }

    /// The next `len` bytes.
    pub(super) fn take(&mut self, len: u64) -> Result<&'a [u8], Damaged> {
        let len = usize::try_from(len).map_err(|_| Damaged)?;
        let (head, rest) = self.0.split_at_checked(len).ok_or(Damaged)?;
        self.0 = rest;
        Ok(head)
    }
}

/// Hands the ascending numbers that `bytes` holds, each as the distance from the one before, to `each`, until it
/// answers false.
#[inline]
pub(super) fn ascending(bytes: &[u8], mut each: impl FnMut(u32) -> bool) -> Result<(), Damaged> {
    // Searches spend most of their time here.
    let mut at = 0u32;
    let mut bytes = bytes.iter();
    while let Some(&first) = bytes.next() {
        let mut distance = u32::from(first);
        if first >= 0x80 {
            distance &= 0x7f;
            let mut shift = 7;
            loop {
                let &byte = bytes.next().ok_or(Damaged)?;
                distance |= u32::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    break;
                }
                shift += 7;
                if shift > 28 {
                    return Err(Damaged);
                }
            }
        }
        at = at.wrapping_add(distance);
        if !each(at) {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let numbers = [0, 1, 127, 128, 300, 1 << 32, u64::MAX];
        let signed = [0, -1, 1, i64::MIN, i64::MAX, -64, 1_700_000_000_000];
        let mut out = Vec::new();
        numbers.iter().for_each(|n| put(&mut out, *n));
        signed.iter().for_each(|n| put_signed(&mut out, *n));
        let mut bytes = Bytes(&out);
        for n in numbers {
            assert_eq!(bytes.number(), Ok(n));
        }
        for n in signed {
            assert_eq!(bytes.signed(), Ok(n));
        }
        assert!(bytes.is_empty());
        assert_eq!(bytes.number(), Err(Damaged));
        assert_eq!(Bytes(&[0xff; 11]).number(), Err(Damaged));
        assert_eq!(Bytes(&[1, 2]).take(3), Err(Damaged));
    }
}
