//! Attachments as a conversation object keeps them: what was declared with an event, and the parts that came since.

use super::{
    super::sql::{Sql, blob, int},
    schema::{FILE_FILLERS, FILES},
};
use crate::{
    attachments::{self, Declaration, Sum},
    fault::Fault,
};
use einwurf_protocol::{
    api::visitor::{AttachmentState, Declared},
    event::{Direction, Event},
    ids::MessageId,
    limits::{DECLARED_SECONDS, PART_BYTES},
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// The tables of attachments.
pub(super) struct Files<'a>(pub(super) &'a Sql);

/// An attachment that was declared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    n: u64,
    /// Which way its event goes.
    pub(super) direction: Direction,
    /// Length of its ciphertext.
    pub(super) bytes: u64,
}

impl Files<'_> {
    /// Whether there ever were any.
    pub(super) fn exist(&self) -> Result<bool, Fault> {
        self.0.has("attachments")
    }

    /// Takes what comes with an event, if there is room for it: 400, 429. Inside the transaction that stores the event.
    pub(super) fn declare(
        &self,
        event: &Event,
        declaration: &Declaration,
        now: Timestamp,
    ) -> Result<(), Fault> {
        if declaration.is_empty() {
            return Ok(());
        }
        if !self.exist()? {
            FILES.iter().try_for_each(|statement| self.0.run(statement, Vec::new()))?;
            self.0.run(FILE_FILLERS, Vec::new())?;
        }
        self.forget(now)?;
        let sum = self.0.row("SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM attachments", Vec::new())?;
        let sum = sum.ok_or(Fault::Internal("a sum"))?;
        let sum = Sum { count: sum.int(0)?, bytes: sum.int(1)? };
        let taken = |id: &MessageId| self.of(id).map(|found| found.is_some());
        for Declared { id, bytes } in declaration.clone().fit(sum, taken)? {
            let insert = "INSERT INTO attachments (id, seq, side, bytes) VALUES (?, ?, ?, ?)";
            let side = u64::from(event.header.direction == Direction::ToVisitor);
            self.0.run(insert, vec![blob(&id.0), int(event.header.seq), int(side), int(bytes)])?;
        }
        Ok(())
    }

    /// Forgets what was declared a day ago and never came, or not whole: it would take the room of others for good. The
    /// alarm overwrites the parts that did come.
    fn forget(&self, now: Timestamp) -> Result<(), Fault> {
        let whole = format!("(SELECT COUNT(*) FROM parts WHERE attachment = a.n) * {PART_BYTES} >= a.bytes");
        let delete = format!(
            "DELETE FROM attachments WHERE n IN (SELECT a.n FROM attachments AS a JOIN events USING (seq)
             WHERE at <= ? AND NOT {whole}) RETURNING n"
        );
        let before = int(now.minus(DECLARED_SECONDS).0);
        if self.0.rows(&delete, vec![before])?.is_empty() {
            return Ok(());
        }
        self.0.run("UPDATE meta SET rewrite = COALESCE(rewrite, ?)", vec![int(now.0)])
    }

    /// What was declared under this id, unless its event is erased.
    pub(super) fn of(&self, id: &MessageId) -> Result<Option<Stored>, Fault> {
        let query = "SELECT n, side, bytes FROM attachments WHERE id = ?";
        let Some(row) = self.0.row(query, vec![blob(&id.0)])? else { return Ok(None) };
        let direction = if row.int(1)? == 0 { Direction::ToStaff } else { Direction::ToVisitor };
        Ok(Some(Stored { n: row.int(0)?, direction, bytes: row.int(2)? }))
    }

    /// Whether a part is there.
    pub(super) fn has(&self, file: Stored, part: u32) -> Result<bool, Fault> {
        let query = "SELECT 1 FROM parts WHERE attachment = ? AND n = ?";
        Ok(self.0.row(query, vec![int(file.n), int(part.into())])?.is_some())
    }

    /// A part, if it is there.
    pub(super) fn part(&self, file: Stored, part: u32) -> Result<Option<Vec<u8>>, Fault> {
        let query = "SELECT ciphertext FROM parts WHERE attachment = ? AND n = ?";
        let row = self.0.row(query, vec![int(file.n), int(part.into())])?;
        row.map(|row| row.blob(0).map(<[u8]>::to_vec)).transpose()
    }

    /// Stores a part that is not there yet. Whether the attachment is complete now.
    pub(super) fn store(&self, file: Stored, part: u32, ciphertext: &[u8]) -> Result<bool, Fault> {
        let insert = "INSERT INTO parts (attachment, n, blank, ciphertext) VALUES (?, ?, 0, ?)";
        self.0.run(insert, vec![int(file.n), int(part.into()), blob(ciphertext)])?;
        let count = self.0.row("SELECT COUNT(*) FROM parts WHERE attachment = ?", vec![int(file.n)])?;
        let count = count.ok_or(Fault::Internal("a count"))?.int(0)?;
        Ok(count == u64::from(attachments::parts(file.bytes)))
    }

    /// How much of each is there, in the order of their events.
    pub(super) fn states(&self) -> Result<Vec<AttachmentState>, Fault> {
        if !self.exist()? {
            return Ok(Vec::new());
        }
        let parts = "SELECT parts.attachment, parts.n FROM attachments JOIN parts ON parts.attachment = attachments.n";
        let mut stored: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
        for row in self.0.rows(parts, Vec::new())? {
            let part = u32::try_from(row.int(1)?).map_err(|_| Fault::Internal("a part"))?;
            stored.entry(row.int(0)?).or_default().insert(part);
        }
        let attachments = "SELECT n, id, seq, bytes FROM attachments ORDER BY seq, n";
        let rows = self.0.rows(attachments, Vec::new())?;
        let state = |row: &super::super::sql::Row| {
            let declared = Declared { id: MessageId(row.array(1)?), bytes: row.int(3)? };
            let stored = stored.remove(&row.int(0)?).unwrap_or_default();
            Ok(attachments::state(declared, row.int(2)?, &stored))
        };
        rows.iter().map(state).collect()
    }

    /// Overwrites a part of what was erased. Whether there was one.
    pub(super) fn blank_one(&self) -> Result<bool, Fault> {
        if !self.exist()? {
            return Ok(false);
        }
        let query =
            "SELECT id FROM parts WHERE blank = 0 AND attachment NOT IN (SELECT n FROM attachments) LIMIT 1";
        let Some(row) = self.0.row(query, Vec::new())? else { return Ok(false) };
        let update = "UPDATE parts SET blank = 1, ciphertext = zeroblob(length(ciphertext)) WHERE id = ?";
        self.0.run(update, vec![row.value(0)]).map(|()| true)
    }

    /// Nobody reads those of these events any more; their bytes are overwritten by the alarm ([`super::flush`]), a part at
    /// a time, or go with the whole storage.
    pub(super) fn erase(&self, events: &str, values: Vec<super::super::sql::Value>) -> Result<(), Fault> {
        if !self.exist()? {
            return Ok(());
        }
        self.0.run(&format!("DELETE FROM attachments WHERE seq IN ({events})"), values)
    }
}
