PYTHON ?= python3
VENV ?= .venv
# Installs in seconds where it is there; `UV=` does without it.
UV ?= uv
# For instance LAB_OPTIONS="--no-browser --allow-root" in a container.
LAB_OPTIONS ?=
BIN = $(VENV)/bin
# Written last, so that an install which broke off is done again.
STAMP = $(VENV)/installed
DEV_STAMP = $(VENV)/installed-dev
READY = $(VENV)/etc/ipython/ipython_kernel_config.py

RIGHT_PYTHON = import sys; v = sys.version_info[:2]; here = "%d.%d (%s)" % (v + (sys.executable,)); \
  v < (3, 11) and sys.exit("The course needs Python 3.11 or newer, and this is Python " + here + ".\n" \
  "Name another one, for example: make lab PYTHON=python3.13"); \
  v > (3, 15) and sys.stdout.write("The course was tested up to Python 3.15, and this is Python " + here + ".\n")

# What `make test` consists of. `whole` is for everybody. `full` adds what one Python alone has to
# show, `light` is what may differ from one Python to the next.
PART ?= whole
STAGES.whole = style unit answers notebooks
STAGES.full = $(STAGES.whole) nbclient browser handout
STAGES.light = engine prove varying
STAGES = $(or $(STAGES.$(PART)),$(error PART is whole, full or light))
ENGINE_TESTS = tests/engine tests/judge/test_races.py tests/judge/test_shared_races.py
PYTEST = $(BIN)/python -m pytest -q -n 2 --dist=worksteal

.NOTPARALLEL:
.PHONY: help lab install test stages style unit answers notebooks nbclient browser engine prove varying \
  test-notebooks test-long long handout outputs links clean

help:
	@echo "make lab             install what is missing and open the course"
	@echo "make test            test the course as committed; your own work never turns it red"
	@echo "make test PART=full  the same, and what takes longer; needs Chromium"
	@echo "make test PART=light what may differ from one Python to the next"
	@echo "make test-notebooks  test the notebooks as they are in this folder"
	@echo "make test-long       the tests that take minutes, on every Python that is here"
	@echo "make outputs         run all notebooks again and store what they print"
	@echo "make links           write the links between the chapters again, and their contents"
	@echo "make handout         build a copy without solutions in dist/handout and test it"
	@echo "make clean           remove what was installed and made here"

# The default URL is what stands in the terminal for a browser of one's own.
lab: $(STAMP) $(READY)
	$(BIN)/python -m jupyterlab --LabApp.default_url=/lab/tree/00_welcome.ipynb $(LAB_OPTIONS) notebooks/00_welcome.ipynb

test: $(STAGES)

# The names of the stages, for who wants to run them one by one.
stages:
	@echo $(STAGES)

install: $(DEV_STAMP)

style: $(DEV_STAMP)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

unit: $(DEV_STAMP)
	$(PYTEST) -m "not chapters"

# Every answer of every chapter, again and again.
answers: $(DEV_STAMP)
	$(PYTEST) -m chapters

notebooks: $(DEV_STAMP)
	$(BIN)/python -m checker.maintain.committed

# Every notebook once more, under nbclient, and whatever else is slow.
nbclient: $(DEV_STAMP)
	$(PYTEST) --full -m full

browser: $(DEV_STAMP)
	$(BIN)/python -m pytest -q --full -m browser

engine: $(DEV_STAMP)
	$(PYTEST) $(ENGINE_TESTS)

prove: $(DEV_STAMP)
	$(BIN)/python -m checker prove

# The notebooks with a cell whose output depends on the Python.
varying: $(DEV_STAMP)
	$(BIN)/python -m checker.maintain.committed --varying

test-notebooks: $(DEV_STAMP)
	$(BIN)/python -m checker.maintain.committed --here

test-long:
	.ci/run long

# On one Python; `make test` has run the others.
long: $(DEV_STAMP)
	$(BIN)/python -m pytest -q -n 2 --long -m long

outputs: $(DEV_STAMP)
	$(BIN)/python -m checker prove --update

links: $(DEV_STAMP)
	$(BIN)/python -m checker.maintain.navigation

handout: $(DEV_STAMP)
	$(BIN)/python -m checker.maintain.handout

clean:
	rm -rf $(VENV) dist build *.egg-info .pytest_cache .ruff_cache .mypy_cache
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# uv is told the very file, or it would look for a Python of its own. The course tells learners to
# install what is missing with pip, so it is there as well (--seed).
define with_uv
$(UV) venv --quiet --allow-existing --seed --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV) && \
$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python -r $<
endef

define with_pip
$(PYTHON) -m venv $(VENV) && \
$(BIN)/python -m pip install --disable-pip-version-check --quiet -r $<
endef

# $(call install,what is installed)
define install
@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11 or newer."; exit 1; }
@$(PYTHON) -c '$(RIGHT_PYTHON)'
@if $(UV) --version >/dev/null 2>&1; then \
  echo "Installing $(1) into $(VENV) with uv, once."; \
  said=$$({ $(with_uv); } 2>&1) && exit; \
  echo "$$said"; echo "uv could not do it; now with pip."; \
fi; \
echo "Installing $(1) into $(VENV), a minute or two, once."; \
said=$$({ $(with_pip); } 2>&1) || { echo "$$said"; exit 1; }
endef

$(STAMP): requirements.txt pyproject.toml
	$(call install,the course)
	@touch $(STAMP)

# Kernels have the names of the course from their start.
$(READY): $(STAMP) checker/kernel/ready.py
	@$(BIN)/python -m checker.kernel.ready

$(DEV_STAMP): requirements-dev.txt requirements.txt pyproject.toml
	$(call install,the course and its tests)
	@touch $(STAMP) $(DEV_STAMP)
