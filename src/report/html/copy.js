// Commands can be copied with a click; without a script they are read and selected.
for (const block of document.querySelectorAll("pre")) {
  if (!navigator.clipboard) break;
  const command = block.textContent;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(command).then(() => {
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    }, () => {});
  });
  block.after(button);
}
