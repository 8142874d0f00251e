// Carries the packed plotly bundle for all figures of a page; figure.js unpacks it.
export default { render() {} };
