export const open = (number) => {
  location.href = "https://wa.me/" + number;
};
