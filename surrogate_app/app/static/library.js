// Brings the packed plotly bundle to figure.js, which asks for it and unpacks it.
export default { render() {} };
