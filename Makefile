# Thin on purpose: every target is a script in Scripts/ or a swift command. `make help` lists them.
MEMORY ?= 4G
FIRMWARE ?= bios
BOOT ?= iso
CMDLINE ?=
QEMU_ARGS ?=
TIME ?= 60
OPS ?= 1M
MINUTES ?= 20
HOURS ?= 8
LINUX ?= 7.3
variables = PREFIX MEMORY FIRMWARE BOOT MACHINE CMDLINE QEMU_ARGS TIME_LIMIT TIME OPS LINUX MINUTES HOURS MODULE COUNT SEED LIMIT
export $(variables)

# make itself is silent about a variable that nothing reads.
unknown := $(foreach v,$(filter-out $(variables),$(.VARIABLES)),$(if $(filter command,$(origin $v)),$v))
ifneq ($(strip $(unknown)),)
  $(error $(strip $(unknown)): no such variable; there are $(variables))
endif

.DEFAULT_GOAL := help
.PHONY: help setup kernel iso run debug screenshot test check bench conformance explore soak soak-processors boot-figures c-library fuzz fuzz-boot compare-linux mutants race interface tool page docs clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## install the Debian packages that are missing, by name
	@Scripts/setup.sh

kernel: setup ## build the kernel's ELF file
	@Scripts/kernel.sh

iso: setup ## build the bootable ISO
	@Scripts/iso.sh

run: setup ## boot it (MEMORY=4G FIRMWARE=bios|uefi BOOT=iso|usb|pvh CMDLINE="…" QEMU_ARGS="…"; MACHINE=list)
	@Scripts/run.sh

debug: setup ## boot it under gdb, stopped where Swift begins (MEMORY, FIRMWARE, CMDLINE)
	@"$$(Scripts/os.sh)" debug --product kernel --memory "$$MEMORY" --firmware "$$FIRMWARE" --cmdline "$$CMDLINE"

screenshot: setup ## boot it as run does, have it draw its memory, and save screenshot.png
	@Scripts/screenshot.py

test: setup ## host tests, then boot tests in QEMU
	@Scripts/test.sh

check: setup ## formatting, shell scripts, and the linked kernel's properties
	@Scripts/check.sh

bench: setup ## measure memblock and the page allocator against their peers
	@Scripts/bench.sh

conformance: setup ## compare with Linux's own memblock (LINUX=7.3|6.12 OPS=1M), and run Linux's test suite on ours
	@Scripts/conformance.sh

explore: setup ## visit every state of small machines on Linux's memblock and ours (MINUTES=20 at most)
	@Scripts/explore.sh

soak: setup ## run conformance, explorations, fuzzers and boots for HOURS=8, and write one report
	@Scripts/soak.sh

soak-processors: setup ## ten million page and heap operations from eight processors
	@Scripts/soak-processors.sh

boot-figures: setup ## how long boots take: with GRUB and without, with 1, 64, 255 and 288 processors
	@Scripts/boot-figures.sh

c-library: setup ## build libmemblock.a for this host and for kernels, with memblock.h
	@Scripts/c-library.sh

fuzz: setup ## libFuzzer on every target (TIME=60 seconds each)
	@Scripts/fuzz.sh

fuzz-boot: setup ## start the kernel from wrong boot information, tables and registers (TIME=60 SEED=1 COUNT=1)
	@Scripts/fuzz-boot.sh

compare-linux: setup ## boot Debian's kernel (LINUX=7.3|6.12) and ours on the same machines and compare
	@Scripts/compare-linux.sh

mutants: setup ## change a module's sources one by one; what its tests miss (MODULE=Memblock COUNT=100 SEED=1 LIMIT=10)
	@Scripts/mutants.sh

race: setup ## run the page allocator's tests with threads under ThreadSanitizer
	@Scripts/race.sh

interface: setup ## print what a client sees of every library (MODULE="Heap Paging": of those)
	@Scripts/interface.sh $(MODULE)

tool: setup ## build the command-line tool, its man page and its completions (PREFIX=/usr/local to install)
	@Scripts/tool.sh

page: setup ## build the page that boots a log in the browser: one HTML file, nothing else needed
	@Scripts/page.sh

docs: setup ## build the documentation of the libraries
	@Scripts/docs.sh

clean: ## remove what was built
	rm -rf .build .build-*
