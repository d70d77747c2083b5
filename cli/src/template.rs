//! The project that `nlgen new` makes: its files, with the family's name filled in.

use nlgen::emit::c::{self, Handlers};
use nlgen::span::Source;

use crate::failure::Failure;

/// A part of a project that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// A kernel module in C
    Kernel,
    /// A server in Rust, which plays the kernel in tests and for other processes
    Server,
    /// A client in Rust
    Client,
}

/// A file of the project.
pub(crate) struct File {
    /// Its path below the project's folder.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A project that is to be made.
pub(crate) struct Project<'a> {
    /// The family's name, which has been checked.
    pub(crate) name: &'a str,
    pub(crate) parts: &'a [Part],
    /// What Cargo.toml says of a crate of nlgen, by its folder: `version = "…"` or `path = "…"`.
    pub(crate) dependency: &'a dyn Fn(&str) -> String,
}

impl Project<'_> {
    /// The files, the spec first.
    ///
    /// # Errors
    /// When the spec is not accepted, which would be a fault of ours: the name has been checked.
    pub(crate) fn files(&self) -> Result<Vec<File>, Failure> {
        let mut files = vec![
            self.file(&format!("{}.yaml", self.name), SPEC),
            self.file("README.md", &self.readme()),
            self.file(".gitignore", include_str!("template/ignore.txt")),
        ];
        if self.has(Part::Client) || self.has(Part::Server) {
            self.rust(&mut files);
        }
        if self.has(Part::Kernel) {
            self.kernel(&mut files)?;
        }
        Ok(files)
    }

    fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    fn rust(&self, files: &mut Vec<File>) {
        files.extend([
            self.file("Cargo.toml", include_str!("template/rust/manifest.toml")),
            self.file("build.rs", include_str!("template/rust/build.rs")),
            self.file("src/lib.rs", include_str!("template/rust/src/lib.rs")),
        ]);
        if self.has(Part::Client) {
            files.push(self.file("src/main.rs", include_str!("template/rust/src/main.rs")));
        }
        if self.has(Part::Server) {
            let program = format!("src/bin/{}-server.rs", self.name);
            files.extend([
                self.file("src/server.rs", include_str!("template/rust/src/server.rs")),
                self.file(&program, include_str!("template/rust/src/bin_server.rs")),
                self.file(
                    "tests/server.rs",
                    include_str!("template/rust/tests/server.rs"),
                ),
            ]);
        } else {
            let tests = include_str!("template/rust/tests/client.rs");
            files.push(self.file("tests/client.rs", tests));
        }
    }

    /// The generated files of the module, and those that are written once: the handlers are the template's.
    fn kernel(&self, files: &mut Vec<File>) -> Result<(), Failure> {
        let spec = format!("{}.yaml", self.name);
        let source = Source::new(&spec, self.filled(SPEC));
        let loaded = nlgen::check(source, Vec::new())?;
        let core = format!("{}_core.c", self.ident());
        for file in c::module(&loaded.c()?, &spec, Handlers::Refuse) {
            let text = match file.path == core {
                true => self.filled(include_str!("template/kernel/core.c")),
                false => file.text,
            };
            files.push(File {
                path: format!("kernel/{}", file.path),
                text,
            });
        }
        files.extend([
            self.file(
                "kernel/Makefile",
                include_str!("template/kernel/makefile.mk"),
            ),
            self.file(
                "kernel/.gitignore",
                include_str!("template/kernel/ignore.txt"),
            ),
        ]);
        Ok(())
    }

    fn readme(&self) -> String {
        let mut text = include_str!("template/readme/head.md").to_owned();
        let sections = [
            (Part::Server, include_str!("template/readme/server.md")),
            (Part::Client, include_str!("template/readme/client.md")),
            (Part::Kernel, include_str!("template/readme/kernel.md")),
        ];
        if self.has(Part::Server) || self.has(Part::Client) {
            text += match self.has(Part::Server) {
                true => include_str!("template/readme/tests.md"),
                false => include_str!("template/readme/tests_client.md"),
            };
        }
        for (_, section) in sections.iter().filter(|(part, _)| self.has(*part)) {
            text += section;
        }
        text += include_str!("template/readme/change.md");
        text.replace("@ends@", self.ends())
            .replace("@steps@\n", &self.steps())
    }

    fn ends(&self) -> &'static str {
        let rust = self.has(Part::Server) || self.has(Part::Client);
        match (rust, self.has(Part::Kernel)) {
            (true, true) => "Rust and for the kernel",
            (true, false) => "Rust",
            (false, _) => "the kernel",
        }
    }

    /// What to do after a change of the spec.
    fn steps(&self) -> String {
        let mut steps = String::new();
        let mut number = 2;
        let mut step = |text: &str| {
            steps += &format!("{number}. {text}\n");
            number += 1;
        };
        if self.has(Part::Server) {
            step(
                "`cargo test`: the compiler names the methods of the server that do not fit any more.",
            );
        } else if self.has(Part::Client) {
            step("`cargo test`: the compiler names what does not fit any more.");
        }
        if self.has(Part::Kernel) {
            step(
                "`make -C kernel generate modules`, with `nlgen` in PATH: the compiler names the handlers that do not fit.",
            );
        }
        steps
    }

    fn file(&self, path: &str, text: &str) -> File {
        File {
            path: path.to_owned(),
            text: self.filled(text),
        }
    }

    fn ident(&self) -> String {
        self.name.replace('-', "_")
    }

    /// A text with the project's names in their places.
    fn filled(&self, text: &str) -> String {
        let ident = self.ident();
        let (option, feature, module) = match self.has(Part::Server) {
            true => (
                ".server(true)",
                ", features = [\"server\"]",
                "\n/// The family in user space.\npub mod server;\n",
            ),
            false => ("", "", ""),
        };
        text.replace("@name@", self.name)
            .replace("@IDENT@", &ident.to_uppercase())
            .replace("@ident@", &ident)
            .replace("@server-option@", option)
            .replace("@server-feature@", feature)
            .replace("@server-module@\n", module)
            .replace("@runtime@", &(self.dependency)("runtime"))
            .replace("@nlgen@", &(self.dependency)("nlgen"))
    }
}

const SPEC: &str = include_str!("template/spec.yaml");
