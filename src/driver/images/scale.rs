//! Pictures of three bytes a pixel: made smaller, turned.

/// Rows of red, green and blue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rgb {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

/// Which old pixels make a new one, and how much of each: weights add up to 65,536.
struct Span {
    first: usize,
    weights: Vec<u32>,
}

/// For each of `to` new pixels the old ones that it covers, of `from`.
fn spans(from: usize, to: usize) -> Vec<Span> {
    // In units of 1/to of an old pixel a new one is `from` units wide: everything is exact.
    (0..to)
        .map(|n| {
            let (start, end) = (n * from, (n + 1) * from);
            let first = start / to;
            let last = end.div_ceil(to).min(from);
            let mut left = 65_536u64;
            let mut units = from as u64;
            let weights = (first..last)
                .map(|old| {
                    let covered = ((old + 1) * to).min(end).saturating_sub((old * to).max(start)) as u64;
                    // What rounding takes from one goes to the next.
                    let weight = (left * covered).checked_div(units).unwrap_or(0);
                    left -= weight;
                    units -= covered;
                    weight as u32
                })
                .collect();
            Span { first, weights }
        })
        .collect()
}

impl Rgb {
    /// The picture with at most this size; each new pixel is the mean of the old ones that it covers. Never larger.
    pub(super) fn shrunk(self, width: usize, height: usize) -> Self {
        if width >= self.width && height >= self.height || self.width == 0 || self.height == 0 {
            return self;
        }
        let (width, height) = (width.clamp(1, self.width), height.clamp(1, self.height));
        let columns = spans(self.width, width);
        let mut pixels = Vec::with_capacity(width * height * 3);
        let mut row = vec![0u32; width * 3];
        let mut sums = vec![0u64; width * 3];
        let mut ready = usize::MAX;
        for span in spans(self.height, height) {
            sums.fill(0);
            for (n, &weight) in span.weights.iter().enumerate() {
                let old = span.first + n;
                if old != ready {
                    self.narrowed(old, &columns, &mut row);
                    ready = old;
                }
                for (sum, &value) in sums.iter_mut().zip(&row) {
                    *sum += u64::from(value) * u64::from(weight);
                }
            }
            // Both passes have left 16 bits of fraction.
            pixels.extend(sums.iter().map(|sum| ((sum + (1 << 31)) >> 32).min(255) as u8));
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// One old row in the new width, with 16 bits of fraction.
    fn narrowed(&self, y: usize, columns: &[Span], row: &mut [u32]) {
        let line = self
            .pixels
            .chunks_exact(self.width * 3)
            .nth(y)
            .unwrap_or_default();
        for (span, new) in columns.iter().zip(row.chunks_exact_mut(3)) {
            let mut sum = [0u32; 3];
            let old = line.chunks_exact(3).skip(span.first);
            for (pixel, &weight) in old.zip(&span.weights) {
                for (sum, &value) in sum.iter_mut().zip(pixel) {
                    *sum += u32::from(value) * weight;
                }
            }
            new.copy_from_slice(&sum);
        }
    }

    /// The picture as a viewer that knows EXIF shows it.
    pub(super) fn upright(self, orientation: u8) -> Self {
        if !(2..=8).contains(&orientation) {
            return self;
        }
        let (w, h) = (self.width, self.height);
        let (width, height) = if orientation > 4 { (h, w) } else { (w, h) };
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..height {
            for x in 0..width {
                let (from_x, from_y) = match orientation {
                    2 => (w - 1 - x, y),
                    3 => (w - 1 - x, h - 1 - y),
                    4 => (x, h - 1 - y),
                    5 => (y, x),
                    6 => (y, h - 1 - x),
                    7 => (w - 1 - y, h - 1 - x),
                    _ => (w - 1 - y, x),
                };
                let at = (from_y * w + from_x) * 3;
                pixels.extend_from_slice(&self.pixels[at..at + 3]);
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }
}
