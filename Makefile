PYTHON ?= python3
VENV ?= .venv
# For instance LAB_OPTIONS="--no-browser --allow-root" in a container.
LAB_OPTIONS ?=
BIN = $(VENV)/bin
# Written last, so that an install which broke off is done again.
STAMP = $(VENV)/installed

RIGHT_PYTHON = import sys; v = "%d.%d" % sys.version_info[:2]; \
  sys.exit(0 if v in ("3.11", "3.12", "3.13") else \
  "The course needs Python 3.11, 3.12 or 3.13, and this is Python " + v + " (" + sys.executable + ").\n" \
  "Name another one, for example: make lab PYTHON=python3.12")

.PHONY: help lab test test-notebooks test-long long handout outputs clean

help:
	@echo "make lab             install what is missing and open the course"
	@echo "make test            test the course as committed; your own work never turns it red"
	@echo "make test-notebooks  test the notebooks as they are in this folder"
	@echo "make test-long       the tests that take minutes, on every Python that is here"
	@echo "make outputs         run all notebooks again and store what they print"
	@echo "make handout         build a copy without solutions in dist/handout and test it"
	@echo "make clean           remove what was installed and made here"

lab: $(STAMP)
	$(BIN)/python -m jupyterlab $(LAB_OPTIONS) notebooks/00_welcome.ipynb

# COURSE_FULL=1 adds the slow ones: every notebook once more under nbclient, the browser, the handout.
test: $(STAMP)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m pytest -q -n 2 --dist=worksteal
	$(BIN)/python -m checker.tests.committed
	$(if $(filter 1,$(COURSE_FULL)),$(BIN)/python -m checker.handout)

test-notebooks: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --nbval notebooks solutions

test-long:
	.ci/run long

# On one Python; `make test` has run the others.
long: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --long -m long

outputs: $(STAMP)
	$(BIN)/python -m checker prove --update

handout: $(STAMP)
	$(BIN)/python -m checker.handout

clean:
	rm -rf $(VENV) dist build *.egg-info .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

$(STAMP): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11, 3.12 or 3.13."; exit 1; }
	@$(PYTHON) -c '$(RIGHT_PYTHON)'
	@echo "Installing the course into $(VENV), about a minute, once."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.txt \
	  >$(VENV)/install.log 2>&1 || { cat $(VENV)/install.log; exit 1; }
	@touch $(STAMP)
