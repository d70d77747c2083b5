//! A sheet on a terminal: columns that fit its width.

use std::io::{self, Write};

use super::view::{Attribute, Entry, Message, Mode, Sheet};
use crate::output::{FAINT, HEADING, NAME};

/// Columns that the widest of the first columns leaves for what things mean.
const LEAST: usize = 28;

impl Sheet {
    /// What a family has, one line each, with the first sentence of what it is.
    pub(crate) fn summary(&self, out: &mut impl Write, width: usize) -> io::Result<()> {
        writeln!(
            out,
            "{HEADING}{}{HEADING:#}  {}",
            self.family, self.protocol
        )?;
        paragraph(out, self.doc.as_deref(), 0, width)?;
        let operations = self.operations.iter().map(|item| {
            let modes = [(&item.doit, "do"), (&item.dump, "dump")];
            let modes = modes.iter().filter(|(mode, _)| mode.is_some());
            let modes: Vec<&str> = modes.map(|(_, name)| *name).collect();
            let command = item
                .doit
                .as_ref()
                .or(item.dump.as_ref())
                .map(|mode| mode.command);
            Row {
                number: command
                    .map(|command| command.to_string())
                    .unwrap_or_default(),
                name: item.name.clone(),
                kind: modes.join(", "),
                doc: sentence(item.doc.as_deref()),
            }
        });
        section(out, "Operations", operations.collect(), width)?;
        let notifications = self.notifications.iter().map(|item| Row {
            number: item.command.to_string(),
            name: item.name.clone(),
            kind: item.group.clone().unwrap_or_default(),
            doc: sentence(item.doc.as_deref()),
        });
        section(out, "Notifications", notifications.collect(), width)?;
        let sets = self.sets.iter().map(|item| Row {
            number: String::new(),
            name: item.name.clone(),
            kind: crate::output::counted(item.attributes.len(), "attribute"),
            doc: sentence(item.doc.as_deref()),
        });
        section(out, "Attribute sets", sets.collect(), width)?;
        let enums = self.enums.iter().map(|item| Row {
            number: String::new(),
            name: item.name.clone(),
            kind: if item.flags { "flags" } else { "enum" }.to_owned(),
            doc: sentence(item.doc.as_deref()),
        });
        section(out, "Enums and flags", enums.collect(), width)?;
        let structs = self.structs.iter().map(|item| Row {
            number: String::new(),
            name: item.name.clone(),
            kind: crate::output::counted(item.len, "byte"),
            doc: sentence(item.doc.as_deref()),
        });
        section(out, "Structs", structs.collect(), width)?;
        let constants = self.constants.iter().map(|item| Row {
            number: String::new(),
            name: item.name.clone(),
            kind: item.value.clone(),
            doc: sentence(item.doc.as_deref()),
        });
        section(out, "Constants", constants.collect(), width)
    }

    /// Items with all that is known of them.
    pub(crate) fn details(&self, out: &mut impl Write, width: usize) -> io::Result<()> {
        for item in &self.operations {
            title(out, &item.name, "operation")?;
            paragraph(out, item.doc.as_deref(), 2, width)?;
            if let Some(needs) = item.needs {
                writeln!(out, "  {FAINT}It {needs}.{FAINT:#}")?;
            }
            mode(out, "do", item.doit.as_ref(), width)?;
            mode(out, "dump", item.dump.as_ref(), width)?;
        }
        for item in &self.notifications {
            title(out, &item.name, "notification")?;
            paragraph(out, item.doc.as_deref(), 2, width)?;
            let group = item.group.as_ref().map(|group| format!(", group {group}"));
            let label = format!(
                "message, command {}{}",
                item.command,
                group.unwrap_or_default()
            );
            message(out, &label, item.message.as_ref(), width)?;
        }
        for item in &self.sets {
            title(out, &item.name, "attribute set")?;
            paragraph(out, item.doc.as_deref(), 2, width)?;
            table(
                out,
                item.attributes.iter().map(Row::attribute).collect(),
                width,
            )?;
        }
        for item in &self.enums {
            title(
                out,
                &item.name,
                if item.flags { "flags, by bit" } else { "enum" },
            )?;
            paragraph(out, item.doc.as_deref(), 2, width)?;
            table(out, item.entries.iter().map(Row::entry).collect(), width)?;
        }
        for item in &self.structs {
            title(out, &item.name, &format!("struct, {} bytes", item.len))?;
            paragraph(out, item.doc.as_deref(), 2, width)?;
            let rows = item.members.iter().map(|member| Row {
                number: format!("+{}", member.offset),
                name: member.name.clone(),
                kind: with_target(&member.kind, member.of.as_deref()),
                doc: member.doc.clone().unwrap_or_default(),
            });
            table(out, rows.collect(), width)?;
        }
        for item in &self.constants {
            title(out, &item.name, &item.value)?;
            paragraph(out, item.doc.as_deref(), 2, width)?;
        }
        Ok(())
    }
}

/// Families, one line each, with the first sentence of what each is.
pub(crate) fn list<'s>(
    sheets: impl Iterator<Item = (&'s Sheet, &'s str)>,
    out: &mut impl Write,
    width: usize,
) -> io::Result<()> {
    let rows = sheets.map(|(sheet, from)| Row {
        number: String::new(),
        name: sheet.family.clone(),
        kind: format!(
            "{}, {from}",
            crate::output::counted(sheet.operations.len(), "operation")
        ),
        doc: sentence(sheet.doc.as_deref()),
    });
    table(out, rows.collect(), width)
}

/// A line of a table.
struct Row {
    number: String,
    name: String,
    kind: String,
    doc: String,
}

impl Row {
    fn attribute(attribute: &Attribute) -> Self {
        let mut kind = with_target(&attribute.kind, attribute.of.as_deref());
        if attribute.repeated {
            kind += ", repeated";
        }
        for limit in &attribute.limits {
            kind += ", ";
            kind += limit;
        }
        Self {
            number: attribute.number.to_string(),
            name: attribute.name.clone(),
            kind,
            doc: attribute.doc.clone().unwrap_or_default(),
        }
    }

    fn entry(entry: &Entry) -> Self {
        Self {
            number: entry.value.to_string(),
            name: entry.name.clone(),
            kind: String::new(),
            doc: entry.doc.clone().unwrap_or_default(),
        }
    }
}

fn with_target(kind: &str, of: Option<&str>) -> String {
    of.map_or_else(|| kind.to_owned(), |of| format!("{kind} {of}"))
}

fn title(out: &mut impl Write, name: &str, what: &str) -> io::Result<()> {
    writeln!(out, "{HEADING}{name}{HEADING:#}  {FAINT}{what}{FAINT:#}")
}

fn mode(out: &mut impl Write, name: &str, mode: Option<&Mode>, width: usize) -> io::Result<()> {
    let Some(mode) = mode else { return Ok(()) };
    message(
        out,
        &format!("{name} request, command {}", mode.command),
        Some(&mode.request),
        width,
    )?;
    match &mode.reply {
        Some(reply) if *reply == mode.request => {
            writeln!(out, "  {FAINT}{name} reply: the same{FAINT:#}")
        }
        None => writeln!(out, "  {FAINT}no reply but the acknowledgement{FAINT:#}"),
        reply => message(out, &format!("{name} reply"), reply.as_ref(), width),
    }
}

fn message(
    out: &mut impl Write,
    label: &str,
    message: Option<&Message>,
    width: usize,
) -> io::Result<()> {
    let header = message.and_then(|message| message.header.as_ref());
    let header = header.map_or_else(String::new, |name| format!(", header {name}"));
    let rows: Vec<Row> = message
        .iter()
        .flat_map(|message| &message.attributes)
        .map(Row::attribute)
        .collect();
    if rows.is_empty() {
        return writeln!(out, "  {FAINT}{label}{header}: no attributes{FAINT:#}");
    }
    writeln!(out, "  {FAINT}{label}{header}{FAINT:#}")?;
    table(out, rows, width)
}

fn section(out: &mut impl Write, title: &str, rows: Vec<Row>, width: usize) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{HEADING}{title}{HEADING:#}")?;
    table(out, rows, width)
}

/// Lines with what things mean beside them, or below them where there is no room.
fn table(out: &mut impl Write, rows: Vec<Row>, width: usize) -> io::Result<()> {
    let widest = |of: fn(&Row) -> &str, most: usize| {
        let widths = rows.iter().map(|row| of(row).chars().count());
        widths.max().unwrap_or_default().min(most)
    };
    let number = widest(|row| &row.number, 12);
    let name = widest(|row| &row.name, 28);
    let kind = widest(|row| &row.kind, 36);
    // Without numbers there is no column for them.
    let gap = if number == 0 { 0 } else { 2 };
    let doc = 2 + number + gap + name + 2 + kind + 2;
    for row in &rows {
        let Row {
            number: n,
            name: text,
            kind: what,
            doc: means,
        } = row;
        let line = format!(
            "  {FAINT}{n:>number$}{FAINT:#}{:gap$}{NAME}{text:name$}{NAME:#}  {what:kind$}",
            ""
        );
        let used = 2
            + number.max(n.len())
            + gap
            + name.max(text.chars().count())
            + 2
            + kind.max(what.chars().count())
            + 2;
        let beside = doc + LEAST <= width && used == doc;
        let start = if beside { doc } else { 4 + number + gap };
        let mut lines = textwrap::wrap(means, width.saturating_sub(start).max(LEAST)).into_iter();
        match lines.next() {
            Some(first) if beside => writeln!(out, "{line}  {first}")?,
            Some(first) => {
                writeln!(out, "{}", trimmed(&line))?;
                writeln!(out, "{:start$}{first}", "")?;
            }
            None => writeln!(out, "{}", trimmed(&line))?,
        }
        for more in lines {
            writeln!(out, "{:start$}{more}", "")?;
        }
    }
    Ok(())
}

/// A line without the blanks of its last column.
fn trimmed(line: &str) -> &str {
    line.trim_end()
}

fn paragraph(
    out: &mut impl Write,
    text: Option<&str>,
    margin: usize,
    width: usize,
) -> io::Result<()> {
    for line in textwrap::wrap(text.unwrap_or_default(), width.saturating_sub(margin)) {
        if !line.is_empty() {
            writeln!(out, "{:margin$}{line}", "")?;
        }
    }
    Ok(())
}

/// The first sentence.
fn sentence(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    let text = text
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .replace('\n', " ");
    match text.find(". ") {
        Some(end) => text.get(..=end).unwrap_or_default().to_owned(),
        None => text,
    }
}
